"""The command line: `bot VERB ...`. Results on stdout, progress and warnings on stderr; no logic of its own.

Exit 0 is ok, 2 a clear one-line error, 1 a failed gate.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import platformdirs

from bot.errors import BotError
from bot.selection import DEFAULT_K
from bot.weights import BUNDLED_ENCODER, BUNDLED_GENERATOR, BUNDLED_RERANKER, BUNDLED_VERIFIER

CHECKOUT = Path(__file__).parent.parent
DEFAULT_PORT = 7860
Run = Callable[[argparse.Namespace], int | None]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    options = parser().parse_args(arguments)
    quiet_libraries()
    try:
        return int(options.run(options) or 0)
    except BotError as error:
        sys.stderr.write(f"bot: {error}\n")
        return 2
    except KeyboardInterrupt:
        sys.stderr.write("bot: interrupted; what was stored stays stored\n")
        return 130
    except BrokenPipeError:  # `bot library | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def parser() -> argparse.ArgumentParser:
    """Describe every verb and option."""
    from bot import commands, summary_commands

    top = argparse.ArgumentParser(prog="bot", description="Cited answers from your own documents.")
    _add_global(top, default=True)
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")
    verb = _verb(verbs, "ingest", commands.ingest, "take files, folders and web pages into a collection")
    verb.add_argument("sources", nargs="+", metavar="PATH_OR_URL")
    _add_encoder(verb)
    verb = _verb(verbs, "library", commands.library, "list, show, remove, check and mend what is in")
    actions = ("list", "show", "remove", "verify", "rebuild", "compact", "rescue")
    verb.add_argument("action", nargs="?", choices=actions, default="list")
    verb.add_argument("document", nargs="?", metavar="DOC", help="external_id, doc_id prefix, or path")
    verb.add_argument("--facts", action="store_true", help="show: what a filing's XBRL says of its figures")
    verb.add_argument("--to", metavar="NEWHOME", help="of rescue: the new home for what is whole")
    _add_encoder(verb)
    _add_where(verb)
    verb = _verb(verbs, "ask", commands.ask, "answer a question, with citations")
    verb.add_argument("question", help="- reads it from standard input")
    _add_answering(verb)
    _add_where(verb)
    verb = _verb(verbs, "summarize", summary_commands.summarize, "sum up documents, every sentence cited")
    _add_summarizing(verb)
    verb = _verb(verbs, "evaluate", commands.evaluate, "ask a gold file's questions and score the answers")
    _add_evaluating(verb)
    _add_answering(verb)
    _add_where(verb)
    verb = _verb(verbs, "calibrate", commands.calibrate, "set when to abstain, on a gold file of your own")
    _add_calibrating(verb)
    _add_gold(verbs)
    verb = _verb(verbs, "serve", commands.serve, "open the web chat")
    host = "an address that others can reach needs $BOT_LOGIN, as name:password; default: 127.0.0.1"
    verb.add_argument("--host", default="127.0.0.1", help=host)
    verb.add_argument("--port", type=int, default=DEFAULT_PORT)
    fetching = "let the page add web addresses too, as it does where $BOT_LOGIN is set"
    verb.add_argument("--web-addresses", action="store_true", help=fetching)
    _add_models(verb)
    _add_stages(verb)
    verb = _verb(verbs, "models", commands.models, "what is installed, in use, and what it costs")
    verb.add_argument("--measure", action="store_true", help="measure the speed anew")
    _add_models(verb)
    _add_reranker(verb)
    return top


def _add_encoder(verb: argparse.ArgumentParser) -> None:
    text = "a sentence-transformers folder or hub id; a collection keeps to its own; default: the bundled one"
    verb.add_argument("--encoder", default=BUNDLED_ENCODER, metavar="FOLDER", help=text)


def _add_where(verb: argparse.ArgumentParser) -> None:
    text = "only documents of which this holds, as form=10-K or 'date>=2023'; several: all of them"
    verb.add_argument("--where", action="append", default=[], metavar="FIELD=VALUE", help=text)


def _add_models(verb: argparse.ArgumentParser) -> None:
    _add_encoder(verb)
    generator = "generator: the bundled one, a local folder, a .gguf file, a hub id, or http://HOST/v1#NAME"
    verb.add_argument("--model", default=BUNDLED_GENERATOR, metavar="M", help=generator)
    verifier = "a local folder of a cross-encoder that says whether words entail a claim; default: bundled"
    verb.add_argument("--verifier", default=BUNDLED_VERIFIER, metavar="FOLDER", help=verifier)


def _add_reranker(verb: argparse.ArgumentParser) -> None:
    text = "a cross-encoder to order passages by: a local folder or a hub id; default: query likelihood"
    verb.add_argument("--reranker", default=BUNDLED_RERANKER, metavar="FOLDER", help=text)


def default_home() -> Path:
    """Return $BOT_HOME, else `indexes/` of the checkout, else the user's data folder."""
    if given := os.environ.get("BOT_HOME"):
        return Path(given)
    if (CHECKOUT / "pyproject.toml").is_file():
        return CHECKOUT / "indexes"
    return Path(platformdirs.user_data_dir("cited-reading-bot"))


def quiet_libraries() -> None:
    """Keep the libraries' own progress bars and notices out of ours; nothing is asked of the network."""
    for name, value in (
        ("HF_HUB_DISABLE_PROGRESS_BARS", "1"),
        ("HF_HUB_DISABLE_TELEMETRY", "1"),
        ("TRANSFORMERS_VERBOSITY", "error"),
        ("TOKENIZERS_PARALLELISM", "false"),
        # threads that wait soon sleep: spinning for ever beside another busy program costs a factor of ten,
        # and not spinning at all a factor of three when there is none
        ("GOMP_SPINCOUNT", "20000"),
        ("GRADIO_ANALYTICS_ENABLED", "False"),
    ):
        os.environ.setdefault(name, value)


def print_json(value: object) -> None:
    """Write one JSON object on stdout."""
    print(json.dumps(value, ensure_ascii=False))


def _verb(verbs: Any, name: str, run: Run, text: str) -> argparse.ArgumentParser:  # noqa: ANN401
    verb = verbs.add_parser(name, help=text, description=text)
    verb.set_defaults(run=run)
    _add_global(verb, default=False)
    verb.add_argument("--collection", default="default", metavar="NAME")
    return verb


def _add_global(target: argparse.ArgumentParser, *, default: bool) -> None:
    """Accept the global options before and after the verb; only the first place sets their defaults."""
    suppress = argparse.SUPPRESS
    target.add_argument(
        "--home",
        type=Path,
        metavar="DIR",
        default=None if default else suppress,
        help="library folder",
    )
    target.add_argument("--json", action="store_true", default=False if default else suppress)


def _add_gold(verbs: Any) -> None:  # noqa: ANN401
    from bot import gold_commands

    text = "check a gold file, or propose a new one"
    gold = verbs.add_parser("gold", help=text, description=text)
    _add_global(gold, default=False)
    actions = gold.add_subparsers(dest="action", required=True, metavar="ACTION")
    verb = _verb(actions, "check", gold_commands.check, "say what is wrong with a gold file, line by line")
    verb.add_argument("gold", metavar="GOLD", help="a .jsonl or .csv file")
    verb.set_defaults(collection=None)  # only a collection that is named is looked into
    verb = _verb(actions, "new", gold_commands.new, "propose questions for a person to correct")
    verb.add_argument("--n", type=int, default=20, metavar="N", help="how many; default: 20")
    verb.add_argument("--out", metavar="FILE", default="gold.jsonl", help="a new file; default: gold.jsonl")
    verb.add_argument("--seed", type=int, default=0, metavar="S", help="another one gives other questions")


def _add_summarizing(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "documents",
        nargs="*",
        metavar="DOC",
        help="external_id, doc_id prefix, or a path, ingested or not; none: the whole collection",
    )
    lengths = "one sentence, about 120 words, or about 400; default: medium"
    verb.add_argument("--length", choices=("short", "medium", "long"), default="medium", help=lengths)
    verb.add_argument("--focus", metavar="TEXT", default="", help="what it is to be about")
    verb.add_argument("--bullets", action="store_true", help="a line for each sentence")
    _add_where(verb)
    _add_models(verb)
    verb.add_argument("--quote-only", action="store_true", help="quote every sentence, phrase none")


def _add_evaluating(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("gold", metavar="GOLD", help="a .jsonl or .csv file of questions")
    verb.add_argument("--limit", type=int, metavar="N", help="a seeded sample of N questions")
    verb.add_argument("--retrieval-only", action="store_true", help="stop at the final hits")
    verb.add_argument("--leave-out", action="store_true", help="ask again without the documents that answer")
    verb.add_argument("--out", metavar="DIR", default="runs/latest", help="default: runs/latest")
    verb.add_argument(
        "--require", action="append", default=[], metavar="GATE", help="exit 1 unless 'R@5>=0.9'"
    )
    verb.add_argument("--compare", metavar="DIR", help="the --out folder of a finished run: what has changed")


def _add_calibrating(verb: argparse.ArgumentParser) -> None:
    _add_models(verb)
    verb.add_argument("gold", nargs="?", metavar="GOLD", help="a .jsonl or .csv file of questions")
    verb.add_argument("--limit", type=int, metavar="N", help="a seeded sample of N questions")
    verb.add_argument(
        "--max-abstained",
        type=float,
        default=0.08,
        metavar="SHARE",
        help="of the answerable questions that may be declined; default: 0.08",
    )
    verb.add_argument("-k", type=int, default=DEFAULT_K, metavar="N", help="passages that answering may use")
    _add_reranker(verb)
    verb.add_argument("--no-rerank", action="store_true", help="stop retrieval at the fusion")
    verb.add_argument("--out", metavar="DIR", default="runs/calibrate", help="default: runs/calibrate")
    verb.add_argument("--reset", action="store_true", help="go back to the threshold that is shipped")


def _add_answering(verb: argparse.ArgumentParser) -> None:
    _add_models(verb)
    verb.add_argument("-k", type=int, default=DEFAULT_K, metavar="N", help="passages that answering may use")
    _add_stages(verb)


def _add_stages(verb: argparse.ArgumentParser) -> None:
    _add_reranker(verb)
    verb.add_argument("--no-rerank", action="store_true", help="stop retrieval at the fusion")
    verb.add_argument("--quote-only", action="store_true", help="quote every sentence, phrase none")


if __name__ == "__main__":
    raise SystemExit(main())
