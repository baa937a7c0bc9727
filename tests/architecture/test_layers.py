"""Imports point one way. This holds the layers, read from the source without running it.

A module may import what stands in its own layer or further up in the table, and nothing below it.
A new module must be placed here: that is the moment to ask which layer the idea belongs to.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]

# The kernel, from the values that know nothing to the service that joins everything. A package is one name.
LAYERS: dict[str, list[str]] = {
    "values": [
        "errors",
        "faults",
        "identifiers",
        "watchdog",
        "canonical",
        "money",
        "shares",
        "places",
        "calendar",
        "citations",
        "personal_data",
        "merkle",
        "notes",
        "receipts",
        "keyfile",
        "store_address",
        "images",
        "workbooks",
        "spreadsheets",
    ],
    "law": ["parameters", "terms", "findings", "forms", "rules", "rulebook"],
    "matters": [
        "ledger",
        "store",
        "registers",
        "steps",
        "procedures",
        "matters",
        "posts",
        "cash",
        "bookings",
        "standing",
        "retaking",
        "intake",
        "appointments",
        "permissions",
        "checks",
        "pages",
        "resolutions",
        "audits",
        "statements",
        "journals",
        "accounts",
    ],
    "stores": [
        "vault",
        "vault_store",
        "vault_kms",
        "notes_kms",
        "store_refusals",
        "store_connections",
        "store_capacity",
        "store_tables",
        "store_memory",
        "store_check",
        "store_sqlite",
        "store_upgrades",
        "store_dynamodb_layout",
        "store_dynamodb_values",
        "store_dynamodb_calls",
        "store_dynamodb_plan",
        "store_dynamodb_commit",
        "store_dynamodb_blobs",
        "store_dynamodb_table",
        "store_dynamodb_check",
        "store_dynamodb",
        "store_contract",
    ],
    "deployments": [
        "hookspecs",
        "plugins",
        "configuration",
        "configured",
        "issuers",
        "clouds",
        "binding",
        "revisions",
        "soundness",
        "deployment",
    ],
    "procedures of the core": ["access", "funds", "funding"],
    "service": [
        "desk",
        "indexing",
        "deciding",
        "writing",
        "batches",
        "registry",
        "drafts",
        "service",
        "documents",
        "forgetting",
    ],
    "record": [
        "standing_facts",
        "public_steps",
        "sequencing",
        "tallies",
        "matter_books",
        "public_books",
        "record",
        "survey",
        "publication",
        "reviewing",
        "clockwork",
        "verification",
        "archive",
        "moving",
        "replay",
        "books",
        "bank",
        "audit_books",
        "audit_decisions",
        "audit_sheets",
        "audit_package",
        "auditing",
        "reconciling",
    ],
}

# What stands on the kernel, each on all before it.
PARTS = {
    "linli": "core/linli",
    "linli_site": "site/linli_site",
    "linli_functions": "functions/linli_functions",
    "linli_cli": "functions/linli_cli",
}

# The kernel knows neither the web nor templates nor a cloud; those who use it bring them.
NOT_IN_CORE = {"starlette", "mangum", "uvicorn", "jinja2", "boto3", "botocore", "httpx2"}

TOP_LEVEL_FOLDERS = ["core", "site", "functions", "plugins", "infra", "tests"]


class Import(NamedTuple):
    """One import: the module as written out in full, and the names taken from it (none for `import x`)."""

    module: str
    names: tuple[str, ...]
    line: int
    for_types_only: bool


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def sources(folder: str) -> list[Path]:
    return sorted(path for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts)


def module_name(path: Path, package_folder: str) -> str:
    parts = path.relative_to((ROOT / package_folder).parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path, package_folder: str) -> Iterator[Import]:
    """Every import in the file, those inside functions and under TYPE_CHECKING too."""
    name = module_name(path, package_folder)
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for_types = {
        id(below)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for statement in node.body
        for below in ast.walk(statement)
    }
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, (), node.lineno, id(node) in for_types)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield Import(
                module, tuple(alias.name for alias in node.names), node.lineno, id(node) in for_types
            )


def kernel_modules() -> dict[str, list[Path]]:
    """The modules and packages directly under `linli`, each with its files."""
    found: dict[str, list[Path]] = {}
    for path in sources(PARTS["linli"]):
        first = path.relative_to(ROOT / PARTS["linli"]).parts[0].removesuffix(".py")
        if first != "__init__":
            found.setdefault(first, []).append(path)
    return found


def kernel_imports(path: Path, *, when_run: bool = False) -> Iterator[tuple[str, int]]:
    """The modules under `linli` that a file imports, in whatever form, each with its line.

    `when_run` leaves out what is imported for types only: two ideas may name each other, but neither may need
    the other to be loaded.
    """
    modules = kernel_modules()
    for found in imports(path, PARTS["linli"]):
        if when_run and found.for_types_only:
            continue
        if found.module == "linli":
            yield from ((name, found.line) for name in found.names if name in modules)
        elif found.module.startswith("linli."):
            yield found.module.split(".")[1], found.line


def plugin_packages() -> dict[str, Path]:
    return {path.name: path for path in sorted(ROOT.glob("plugins/*/*/linli_*")) if path.is_dir()}


def where(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def test_every_module_of_the_kernel_has_a_layer():
    placed = {module for layer in LAYERS.values() for module in layer}
    homeless = sorted(set(kernel_modules()) - placed)
    assert not homeless, f"place {', '.join(homeless)} in LAYERS of {where(Path(__file__), 1)}"


def test_no_module_stands_in_two_layers():
    placed = [module for layer in LAYERS.values() for module in layer]
    assert len(placed) == len(set(placed))


def test_the_kernel_imports_only_its_own_layer_and_those_above():
    order = {module: depth for depth, layer in enumerate(LAYERS.values()) for module in layer}
    wrong = [
        f"{where(path, line)}: {module} imports {imported}"
        for module, paths in kernel_modules().items()
        for path in paths
        for imported, line in kernel_imports(path)
        if order.get(imported, -1) > order.get(module, len(LAYERS))
    ]
    assert not wrong, "\n".join(wrong)


def test_no_modules_of_the_kernel_import_each_other_in_a_circle():
    graph = {
        module: {imported for path in paths for imported, _ in kernel_imports(path, when_run=True)} - {module}
        for module, paths in kernel_modules().items()
    }
    while leaves := {module for module, needed in graph.items() if not needed & graph.keys()}:
        graph = {module: needed for module, needed in graph.items() if module not in leaves}
    assert not graph, "these import each other, directly or by way of others: " + "; ".join(
        f"{module} → {', '.join(sorted(needed & graph.keys()))}" for module, needed in sorted(graph.items())
    )


def test_the_parts_stand_on_one_another_in_one_order():
    order = list(PARTS)
    wrong = [
        f"{where(path, found.line)}: {part} imports {found.module}"
        for depth, part in enumerate(order)
        for path in sources(PARTS[part])
        for found in imports(path, PARTS[part])
        if found.module.split(".")[0] in order[depth + 1 :]
    ]
    assert not wrong, "\n".join(wrong)


def test_the_kernel_knows_no_web_no_templates_and_no_cloud():
    wrong = [
        f"{where(path, found.line)}: imports {found.module}"
        for path in sources(PARTS["linli"])
        for found in imports(path, PARTS["linli"])
        if found.module.split(".")[0] in NOT_IN_CORE
    ]
    assert not wrong, "\n".join(wrong)


def test_the_site_runs_no_procedure():
    wrong = [
        f"{where(path, found.line)}: imports {found.module}"
        for path in sources(PARTS["linli_site"])
        for found in imports(path, PARTS["linli_site"])
        if found.module.startswith("linli.service") or (found.module == "linli" and "service" in found.names)
    ]
    assert not wrong, "\n".join(wrong)


def plugin_names() -> set[str]:
    slugs = {package.removeprefix("linli_") for package in plugin_packages()}
    return slugs | set(plugin_packages()) | {f"linli-{slug}" for slug in slugs}


@cache
def plain_words() -> set[str]:
    """Slugs that are plain English: `national`, and those of practices, which say what they do.

    Each names its plugin only where it stands alone as a whole string.
    """
    practices = {path.name for path in plugin_packages().values() if "practices" in path.parts}
    return {"national", *(package.removeprefix("linli_") for package in practices)}


def named_in(text: str, names: set[str]) -> set[str]:
    """The names that a text contains as words; a plain word only when it is all of the text."""
    words = set(re.findall(r"[a-z][a-z_-]*", text))
    return {text} & names | words & (names - plain_words())


def named_by(node: ast.AST, names: set[str]) -> set[str]:
    """The names that one node of a syntax tree writes, as an identifier or in a string."""
    match node:
        case ast.Constant(value=str(text)):
            return named_in(text, names)
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
            return {name.lower()} & (names - plain_words())
        case ast.ImportFrom(module=str(name)) | ast.alias(name=name):
            return {name.split(".")[0]} & names
        case _:
            return set()


@pytest.mark.parametrize("part", PARTS)
def test_nothing_imports_or_names_a_plugin(part):
    names = plugin_names()
    wrong = [
        f"{where(path, getattr(node, 'lineno', 0))}: {', '.join(sorted(found))}"
        for path in sources(PARTS[part])
        for node in ast.walk(parsed(path))
        if (found := named_by(node, names))
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("part", PARTS)
def test_no_template_or_data_file_names_a_plugin(part):
    names = plugin_names()
    wrong = [
        f"{path.relative_to(ROOT)}: {', '.join(sorted(found))}"
        for path in sorted((ROOT / PARTS[part]).rglob("*"))
        if path.suffix in {".html", ".xml", ".txt", ".css", ".js", ".toml", ".json", ".csv", ".svg"}
        if (found := named_in(path.read_text("utf-8"), names))
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("package", plugin_packages())
def test_a_plugin_imports_only_what_linli_makes_public_and_the_practices_it_extends(package):
    folder = plugin_packages()[package]
    practices = {name for name, path in plugin_packages().items() if "practices" in path.parts}
    wrong = []
    for path in sources(str(folder.relative_to(ROOT))):
        for found in imports(path, str(folder.relative_to(ROOT))):
            parts = found.module.split(".")
            ours = parts[0] == "linli" or parts[0].startswith("linli_")
            if ours and parts[0] not in {"linli", package, *practices}:
                wrong.append(f"{where(path, found.line)}: imports {found.module}")
            elif parts[0] == "linli" and any(
                name.startswith("_") for name in [*parts[1:], *found.names] if not name.startswith("__")
            ):
                wrong.append(f"{where(path, found.line)}: {found.module} {found.names} is private")
    assert not wrong, "\n".join(wrong)


def test_no_top_level_folder_is_a_package():
    assert not [folder for folder in TOP_LEVEL_FOLDERS if (ROOT / folder / "__init__.py").exists()]


def test_the_reader_sees_every_form_of_an_import(tmp_path, monkeypatch):
    package = tmp_path / "core" / "linli"
    package.mkdir(parents=True)
    for name in ["__init__.py", "money.py", "errors.py", "service.py"]:
        (package / name).write_text("")
    source = package / "places.py"
    source.write_text(
        "if TYPE_CHECKING: import linli.money\n"
        "from linli import errors\n"
        "\n"
        "from . import money\n"
        "def later():\n"
        "    from .service import take\n"
    )
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    assert list(kernel_imports(source, when_run=True)) == [("errors", 2), ("money", 4), ("service", 6)]
    assert sorted(kernel_imports(source), key=lambda found: found[1]) == [
        ("money", 1),
        ("errors", 2),
        ("money", 4),
        ("service", 6),
    ]
