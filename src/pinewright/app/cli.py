"""The command line: which commands there are, global flags, and how every error ends.

Exit codes: 0 done; 1 findings (``check``, ``compare``); 2 a wrong call, wrong input, or any other error that names its
remedy; 70 a defect in Pinewright; 130 stopped by Ctrl-C. Nothing heavy is imported here: see ``commands``.
"""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import Annotated, Final

import typer
from typer.core import TyperGroup

import pinewright
from pinewright.app.commands.backtest import backtest
from pinewright.app.commands.chart import chart
from pinewright.app.commands.check import check
from pinewright.app.commands.compare import compare
from pinewright.app.commands.convert import convert
from pinewright.app.commands.data import data
from pinewright.app.commands.doctor import doctor
from pinewright.app.commands.fetch import fetch
from pinewright.app.commands.fmt import fmt
from pinewright.app.commands.indicators import indicators
from pinewright.app.commands.mine import mine
from pinewright.app.commands.optimize import optimize
from pinewright.app.commands.patterns import patterns
from pinewright.app.commands.read import read
from pinewright.app.commands.review import review
from pinewright.app.commands.rule import rule
from pinewright.app.commands.run import run
from pinewright.app.commands.settings import settings
from pinewright.app.commands.streamline import streamline
from pinewright.app.commands.synthesize import synthesize
from pinewright.app.terminal import output, session
from pinewright.app.words import common as texts
from pinewright.errors import PinewrightError, UsageError, unknown_name_hint

COMMANDS: Final[tuple[Callable[..., object], ...]] = (
    run,
    optimize,
    backtest,
    compare,
    review,
    check,
    fmt,
    convert,
    streamline,
    rule,
    indicators,
    patterns,
    read,
    mine,
    synthesize,
    chart,
    fetch,
    data,
    doctor,
    settings,
)
"""The commands in the order of ``--help``; each is a function of its own name in ``commands``."""

WRONG_CALL: Final = 2
STOPPED: Final = 130
DEFECT: Final = 70


class MainApplication:
    """The command line as an object: ``run(arguments)`` does one call and returns its exit code.

    Commands are plain typer functions. A command may return an exit code (None is 0), or raise a PinewrightError.
    ``--verbose`` and ``--debug`` are understood before and after the name of the command.
    """

    def __init__(self, commands: Sequence[Callable[..., object]] = COMMANDS) -> None:
        self.app = typer.Typer(
            name=texts.PROGRAM,
            help=texts.APP_HELP,
            add_completion=False,
            rich_markup_mode=None,
            suggest_commands=False,
            context_settings={"help_option_names": ["-h", "--help"]},
        )
        self.app.callback(invoke_without_command=True)(_global_flags)
        for command in commands:
            name = command.__name__.strip("_").replace("_", "-")
            self.app.command(name, context_settings={"help_option_names": ["-h", "--help"]})(command)

    def group(self) -> TyperGroup:
        """The typer group behind the commands, for documentation and tests."""
        group = typer.main.get_command(self.app)
        assert isinstance(group, TyperGroup)
        return group

    def run(self, arguments: Sequence[str]) -> int:
        """One call with the given arguments (without the program's name); the exit code. Raises no Exception."""
        arguments, flags = take_global_flags(arguments)
        session.start(flags)
        output.begin()
        as_json = "--json" in arguments
        try:
            code = self._invoke(list(arguments))
            sys.stdout.flush()
        except KeyboardInterrupt:
            output.message(texts.STOPPED)
            if as_json and not output.begun():
                output.emit_json({"interrupted": True})
            return STOPPED
        except BrokenPipeError:
            output.silence_broken_pipe()
            return 0
        except Exception as error:
            return _end(error, as_json=as_json, debug=flags.debug)
        return code

    def _invoke(self, arguments: list[str]) -> int:
        group = self.group()
        try:
            with group.make_context(texts.PROGRAM, arguments) as context:
                result = group.invoke(context)
        except typer.Exit as stop:
            return stop.exit_code
        except typer.TyperException as error:
            raise _usage_error(error) from error
        return result if isinstance(result, int) else 0


def take_global_flags(arguments: Sequence[str]) -> tuple[list[str], session.Flags]:
    """Take ``--verbose`` and ``--debug`` out of the arguments wherever they stand before a ``--``."""
    end = list(arguments).index("--") if "--" in arguments else len(arguments)
    kept = [text for text in arguments[:end] if text not in ("--verbose", "--debug")]
    flags = session.Flags(verbose="--verbose" in arguments[:end], debug="--debug" in arguments[:end])
    return [*kept, *arguments[end:]], flags


def _global_flags(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help=texts.VERSION_HELP, is_eager=True)] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help=texts.VERBOSE_HELP)] = False,
    debug: Annotated[bool, typer.Option("--debug", help=texts.DEBUG_HELP)] = False,
) -> None:
    # verbose and debug are declared for the help alone: take_global_flags has read them already.
    del verbose, debug
    if version:
        output.emit(f"{texts.PROGRAM} {pinewright.__version__}")
        raise typer.Exit(0)
    if context.invoked_subcommand is None:
        output.message(context.get_help())
        raise typer.Exit(2)


def _usage_error(error: typer.TyperException) -> UsageError:
    """Typer's complaint in our form: what, the command concerned, and the nearest legal names."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else texts.PROGRAM
    near = list(getattr(error, "possibilities", None) or ())
    what = error.message or error.format_message()
    match = re.match(r"No such command '(.*)'", what)
    if match is not None and context is not None:
        hint = unknown_name_hint(match[1], context.command.list_commands(context))
        return UsageError(texts.NO_COMMAND.format(name=match[1]), where=command, hint=hint)
    if not near:
        what = error.format_message()
    hint = texts.TRY_HELP.format(command=command)
    if near:
        hint = texts.DID_YOU_MEAN.format(name=near[0]) + "; " + hint
    return UsageError(what[:1].lower() + what[1:].rstrip("."), where=command, hint=hint)


def _end(error: Exception, *, as_json: bool, debug: bool) -> int:
    """Print an error that ended a call; its exit code."""
    if debug:
        traceback.print_exception(error)
    if isinstance(error, PinewrightError):
        output.print_error(error, as_json=as_json)
        return WRONG_CALL
    kind = type(error).__name__
    what = texts.DEFECT.format(kind=kind, what=str(error).partition("\n")[0])
    output.print_error(PinewrightError(what, hint=texts.DEFECT_HINT, code="defect"), as_json=as_json)
    return DEFECT


def main() -> None:
    """Entry point of the console script."""
    sys.exit(MainApplication().run(sys.argv[1:]))
