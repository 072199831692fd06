"""`pinewright doctor`: what this computer has, what is missing, and what that costs."""

from __future__ import annotations

from pinewright.app.terminal import output, session
from pinewright.app.terminal.output import JsonOption
from pinewright.app.words import common as texts


def doctor(json: JsonOption = False) -> int:
    """Show what this computer has and what is missing.

    Each line tells what an absence costs; no GPU is normal. Exit code 0 when everything that pinewright needs is
    here, 1 when something needed is missing.
    """
    from pinewright.app.health import State, machine_findings, place_findings, software_findings
    from pinewright.machine.resources import budget_for, detect

    settings = session.load_settings().settings
    machine = detect(settings.cache_dir)
    budget = budget_for(machine, settings.threads)
    findings = [*machine_findings(machine, budget), *software_findings(), *place_findings(settings.cache_dir)]
    broken = sum(finding.state is State.BROKEN for finding in findings)
    if json:
        rows = [{"name": f.name, "state": f.state.value, "found": f.found, "cost": f.cost} for f in findings]
        output.emit_json({"healthy": not broken, "machine": machine, "budget": budget, "findings": rows})
        return min(1, broken)
    cells = [(texts.MARKS[f.state.value], f.name, f.found, f.cost or "") for f in findings]
    output.emit_table(texts.DOCTOR_HEAD, cells)
    output.message(texts.UNHEALTHY.format(count=broken, mark=texts.MARKS["broken"]) if broken else texts.HEALTHY)
    return min(1, broken)
