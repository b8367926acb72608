"""The marts of a build, out of the warehouse as Parquet."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from warehouse.api.marts import marts_of
from warehouse.api.workspace import DIALECT, Workspace
from warehouse.compiler.columns import written_at
from warehouse.compiler.compiled import Compiled
from warehouse.compiler.reads import parse
from warehouse.engine.protocol import Engine, EngineError
from warehouse.errors import Location, ReleaseError
from warehouse.release import disk
from warehouse.release.candidate import Candidate
from warehouse.release.carry import carry_mart
from warehouse.release.datapackage import write_datapackage
from warehouse.release.home import Home
from warehouse.release.mart import Mart
from warehouse.release.record import MARTS_FOLDER, MartFile, Release
from warehouse.run.faults import is_out_of_memory
from warehouse.run.parallel import in_parallel

# Takes over a published mart that is the same, or returns None.
Carrier = Callable[[str, Mart, Candidate], MartFile | None]
_Task = Callable[[Engine], MartFile | ReleaseError | None]


def export_marts(
    project: Workspace,
    engine: Engine,
    candidate: Candidate,
    release: Release,
    compiled: Mapping[str, Compiled],
) -> tuple[MartFile, ...]:
    """Write the marts' files into a candidate's folder, and what they are.

    Equal data gives equal bytes; what did not change since the current release is taken
    over. Nothing of an earlier export stays. Raises ReleaseError.
    """
    home, folder = project.home, candidate.marts
    with disk.reported("clear the marts"):
        for leftover in folder.iterdir():
            disk.remove(leftover)
    current = None if home is None else home.current_id()
    earlier = None
    if home is not None and current is not None:
        earlier = home.folder(current) / MARTS_FOLDER
    carried = _carrier(project, home, release)
    existing = {relation.key for relation in engine.relations()}
    marts = {  # a partial build has not come to all of them
        name: replace(mart, locate=_locator(project, name, compiled.get(name)))
        for name, mart in marts_of(project)
        if mart.relation.key in existing
    }
    _check_names(marts.values())
    kept = {name: carried(name, mart, candidate) for name, mart in marts.items()}
    new = [mart for name, mart in marts.items() if kept[name] is None]
    written = iter(_written(engine, new, (folder, earlier), project.target.threads))
    exported = tuple(file or next(written) for file in kept.values())
    about = {mart.name: mart.description for mart in marts.values()}
    with disk.reported("describe the marts"):
        write_datapackage(folder, project.config.name, exported, about)
    return exported


def _locator(
    project: Workspace, unique_id: str, compiled: Compiled | None
) -> Callable[[str], Location]:
    """Return what tells where in its model's file a mart's column is written."""
    file = project.manifest.nodes[unique_id].file

    def locate(column: str) -> Location:
        if compiled is None or compiled.form is None or not column:
            return file.location()
        offset = written_at(parse(compiled.sql, DIALECT), column)
        return file.location() if offset is None else compiled.locate(offset)

    return locate


def _check_names(marts: Iterable[Mart]) -> None:
    """Refuse two marts that would leave as one file."""
    found: dict[str, Mart] = {}
    for mart in marts:
        other = found.setdefault(mart.name.lower(), mart)
        if other is not mart:
            raise ReleaseError(
                f"{other.relation} and {mart.relation} would both leave as {mart.name}",
                hint="give one another alias, or leave it out of `export`",
            )


def _written(
    engine: Engine,
    marts: Sequence[Mart],
    folders: tuple[Path, Path | None],
    threads: int,
) -> list[MartFile]:
    """Write marts on threads, while the database brings its log to its file.

    That for which there was no memory beside the others is tried once more, alone.
    """
    tasks: list[_Task] = [_save, *(partial(_write, mart, folders) for mart in marts)]
    found = in_parallel(engine, threads, list(map(_patient, tasks)))
    both = zip(tasks, found, strict=True)
    again = [task for task, done in both if isinstance(done, ReleaseError)]
    with engine.threads(1) if again else nullcontext():
        anew = iter(in_parallel(engine, 1, again))
    files = [next(anew) if isinstance(done, ReleaseError) else done for done in found]
    return [file for file in files if isinstance(file, MartFile)]


def _save(engine: Engine) -> None:
    try:
        engine.execute("checkpoint")
    except EngineError as error:
        raise ReleaseError(f"cannot write the database: {error}") from error


def _write(mart: Mart, folders: tuple[Path, Path | None], engine: Engine) -> MartFile:
    # Here: pyarrow takes long to import, and most builds change no mart or few.
    from warehouse.release.export import export_mart  # noqa: PLC0415

    return export_mart(engine, mart, *folders)


def _patient(task: _Task) -> _Task:
    """Return the task as one that returns its error for a lack of memory."""

    def tried(engine: Engine) -> MartFile | ReleaseError | None:
        try:
            return task(engine)
        except ReleaseError as error:
            if is_out_of_memory(error):
                return error
            raise

    return tried


def _carrier(project: Workspace, home: Home | None, release: Release) -> Carrier:
    """Return what takes over a mart of the current release that is the same."""
    current = None
    if home is not None and not project.options.full_refresh:
        with suppress(ReleaseError):  # damaged: all is written anew
            current = home.current()
    if home is None or current is None or current.versions != release.versions:
        return lambda *_: None
    files = {mart.name: mart for mart in current.marts}
    folder, nodes = home.folder(current.release_id), current.nodes

    def carry(unique_id: str, mart: Mart, candidate: Candidate) -> MartFile | None:
        was, before = files.get(mart.name), nodes.get(unique_id)
        now = candidate.states.get(unique_id)
        if was is None or before is None or now is None or was.key != mart.key:
            return None
        if now.fingerprint is None or now.fingerprint != before.fingerprint:
            return None
        if mart.partition_by:  # its parts are looked at one by one
            return None
        return carry_mart(was, folder, candidate.marts)

    return carry
