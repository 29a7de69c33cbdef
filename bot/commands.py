"""What each verb of the command line does: build a workspace, run it, show the result."""

from __future__ import annotations

import argparse
import io
import math
import sys
import time
from dataclasses import asdict

from bot import cli
from bot.datatypes import Answer, IngestOutcome, Stage
from bot.errors import UsageError
from bot.render import answer_json, answer_lines, document_json, fact_lines, outcome_line
from bot.rerank import TIME_LIMIT_S
from bot.where import chosen, where_of
from bot.workspace import Workspace

Options = argparse.Namespace
STDIN_CHARACTERS = 1_000_000  # a question is far shorter: bounds what an endless pipe may take


def ingest(options: Options) -> int:
    """`bot ingest`: one line for each document; 2 where not a single one is in."""
    from bot.progress import ingest_bars

    started = time.perf_counter()
    outcomes: list[IngestOutcome] = []
    with ingest_bars() as show:
        for event in workspace_of(options).ingest(options.sources, collection=options.collection):
            show(event)
            if isinstance(event, IngestOutcome):
                outcomes.append(event)
                if not options.json:
                    refused = event.status == "refused"
                    print(outcome_line(event), file=sys.stderr if refused else sys.stdout, flush=True)
    if options.json:
        seconds = time.perf_counter() - started
        cli.print_json({"documents": [asdict(outcome) for outcome in outcomes], "seconds": seconds})
    if not outcomes:
        raise UsageError(f"no file in {', '.join(options.sources)}: give files, or a folder that holds some")
    return 2 if all(outcome.status == "refused" for outcome in outcomes) else 0


def library(options: Options) -> int | None:
    """`bot library ACTION`."""
    if options.action == "rescue":  # the library cannot be opened for it: it is damaged
        from bot.rescue_commands import rescued

        return rescued(options)
    workspace = workspace_of(options)
    if options.action in {"show", "remove"} and options.document is None:
        raise UsageError(f"which document? bot library {options.action} DOC; `bot library` lists them")
    return _LIBRARY[options.action](workspace, options)


def ask(options: Options) -> None:
    """`bot ask`: stages on stderr, the answer on stdout."""
    question = _from_stdin() if options.question == "-" else options.question
    answer, where = None, where_of(options.where)
    for event in workspace_of(options).stream(
        question, collection=options.collection, k=options.k, where=where
    ):
        if isinstance(event, Stage) and sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{event.text} ...")
        elif isinstance(event, Answer):
            answer = event
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
    assert answer is not None
    if options.json:
        cli.print_json(answer_json(answer))
    else:
        print(answer_lines(answer))


def _from_stdin() -> str:
    """Read a question from standard input; bytes that are no text become marks, and no more than a book."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    return sys.stdin.read(STDIN_CHARACTERS)


def evaluate(options: Options) -> int:
    """`bot evaluate`: ask, score, and show the figures; 1 where a gate is not passed."""
    from bot.evaluate import run, table

    metrics = run.evaluate(workspace_of(options, rerank_limit_s=math.inf), options)
    if options.json:
        cli.print_json(metrics)
    else:
        print(table.table(metrics))
        if "comparison" in metrics:
            print("\n" + table.comparison_table(metrics["comparison"]))
    for line in metrics["gates"]:
        sys.stderr.write(f"bot: gate failed: {line}\n")
    return 1 if metrics["gates"] else 0


def calibrate(options: Options) -> None:
    """`bot calibrate`: find the threshold of a collection and keep it, or with --reset take it away."""
    from bot.calibration import keep_calibration
    from bot.evaluate import calibrate as line
    from bot.evaluate.table import calibration_table

    workspace = Workspace(
        options.home or cli.default_home(),
        model=options.model,
        encoder=options.encoder,
        reranker=options.reranker,
        rerank=not options.no_rerank,
        rerank_limit_s=math.inf,
        phrase=False,
        calibrated=False,
    )
    workspace.store.collection(options.collection)
    if options.reset:
        keep_calibration(workspace.home, options.collection, None)
        found = {"collection": options.collection, "threshold": workspace.shipped_threshold}
        shown = f"{options.collection} abstains below {workspace.shipped_threshold:.4f}, as shipped"
    elif options.gold is None:
        raise UsageError("which gold file? bot calibrate GOLD --collection NAME, or --reset")
    else:
        found = line.calibrate(workspace, options)
        shown = calibration_table(found)
    if options.json:
        cli.print_json(found)
    else:
        print(shown)


def serve(options: Options) -> None:
    """`bot serve`: the web chat, until interrupted."""
    from bot.samples import example_questions
    from bot.web import serve as serve_page

    examples = example_questions() if options.collection == "samples" else []
    serve_page(
        workspace_of(options),
        host=options.host,
        port=options.port,
        collection=options.collection,
        examples=examples,
        web_addresses=options.web_addresses,
    )


def models(options: Options) -> None:
    """`bot models`: each model with its size, licence, what it reads, and how fast it is here."""
    from bot.model_rows import model_rows, row_line
    from bot.speeds import with_speeds

    rows = model_rows(
        options.model, encoder=options.encoder, reranker=options.reranker, verifier=options.verifier
    )
    rows = with_speeds(rows, anew=options.measure, tell=sys.stderr.write)
    if options.json:
        cli.print_json({"models": rows})
    else:
        print("\n".join(map(row_line, rows)))


def workspace_of(options: Options, *, rerank_limit_s: float = TIME_LIMIT_S) -> Workspace:
    """Return the workspace that the options of a verb ask for; what a verb has no option for is as ever."""
    return Workspace(
        options.home or cli.default_home(),
        rerank_limit_s=rerank_limit_s,
        model=getattr(options, "model", cli.BUNDLED_GENERATOR),
        verifier=getattr(options, "verifier", cli.BUNDLED_VERIFIER),
        encoder=getattr(options, "encoder", cli.BUNDLED_ENCODER),
        reranker=getattr(options, "reranker", cli.BUNDLED_RERANKER),
        rerank=not getattr(options, "no_rerank", False),
        phrase=not getattr(options, "quote_only", False),
    )


def _list(workspace: Workspace, options: Options) -> None:
    documents = chosen(workspace.documents(options.collection), where_of(options.where), options.collection)
    if options.json:
        cli.print_json({"documents": [asdict(document) for document in documents]})
        return
    for document in documents:
        pages = f"{document.pages} pages" if document.pages else ""
        print(f"{document.doc_id}  {document.external_id:<28} {document.passages:>5} passages {pages:>10}  "
              f"{document.title}")  # fmt: skip
    print(f"{len(documents)} documents in collection {options.collection!r}")


def _show(workspace: Workspace, options: Options) -> None:
    document = workspace.document(options.collection, options.document)
    if not options.json:
        print(fact_lines(document) if options.facts else document.text)
        return
    cli.print_json(document_json(document))


def _remove(workspace: Workspace, options: Options) -> None:
    removed = workspace.remove(options.collection, options.document)
    if options.json:
        cli.print_json(asdict(removed))
    else:
        print(f"removed {removed.external_id} ({removed.source})")


def _verify(workspace: Workspace, options: Options) -> int:
    found = workspace.store.verify()
    if options.json:
        cli.print_json(asdict(found))
    else:
        print("\n".join(found.lines))
    return 0 if found.ok else 1


def _rebuild(workspace: Workspace, options: Options) -> None:
    workspace.store.collection(options.collection)
    workspace.rebuild([options.collection])
    if options.json:
        cli.print_json({"rebuilt": options.collection})
    else:
        print(f"rebuilt the index of {options.collection!r}")


def _compact(workspace: Workspace, options: Options) -> None:
    with workspace.store.writing() as writer:
        freed = writer.compact()
    if options.json:
        cli.print_json({"bytes_freed": freed})
    else:
        print(f"freed {freed / 1e6:.1f} MB")


_LIBRARY = {
    "list": _list, "show": _show, "remove": _remove, "verify": _verify, "rebuild": _rebuild,
    "compact": _compact,
}  # fmt: skip
