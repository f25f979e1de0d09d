#!/usr/bin/env python3
"""The same one-page letter by this crate, WeasyPrint and ReportLab.

    python3 -m venv bench/.venv
    bench/.venv/bin/pip install -r bench/requirements.txt
    apt-get install libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0
    cargo build --profile lambda --example first_letter
    bench/.venv/bin/python bench/compare.py target/lambda/examples/first_letter

libharfbuzz-subset0 is WeasyPrint's fastest set-up: without it, it subsets fonts
in Python, and is four to five times slower. All three use the same two font
files. Rounds are interleaved (A B C, A B C, …), so that what else the machine
does falls on all of them; medians are compared.
"""

import ctypes.util
import os
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

import letter_html
import letter_reportlab

ROUNDS = int(os.environ.get("ROUNDS", "15"))
OURS_PER_ROUND = 40


def ours(program: str, kind: str) -> tuple[float, float]:
    command = [program, str(OURS_PER_ROUND), kind]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return (
        float(re.search(r"warm ([0-9.]+) ms", out).group(1)),
        float(re.search(r"first letter ([0-9.]+) ms", out).group(1)),
    )


def timed(work, *args) -> float:
    start = time.perf_counter()
    work(*args)
    return (time.perf_counter() - start) * 1e3


def cold(command: list[str]) -> float:
    return timed(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))


def peak(command: list[str]) -> float:
    """Each program prints its own peak: a child's would count ours before it."""
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return int(re.search(r"VmHWM:\s+(\d+) kB", out).group(1)) / 1024


def main() -> None:
    program = sys.argv[1]
    if ctypes.util.find_library("harfbuzz-subset") is None:
        sys.exit("install libharfbuzz-subset0: the comparison would flatter us")
    weasy, report = letter_html.Setter(), letter_reportlab.Setter()
    here = Path(__file__).parent
    out = here / ".venv"
    sample = {"weasyprint": weasy.pdf("Ms A"), "reportlab": report.pdf("Ms A")}
    for name, pdf in sample.items():
        (out / f"{name}.pdf").write_bytes(pdf)
    python = sys.executable
    commands = {
        "letter": [program],
        "weasyprint": [python, str(here / "letter_html.py")],
        "reportlab": [python, str(here / "letter_reportlab.py")],
    }
    warm = {name: [] for name in ["letter", "letter, nothing alike", "weasyprint", "reportlab"]}
    first = {name: [] for name in commands}
    in_process = []
    for nth in range(ROUNDS):
        name = f"Ms Alexandra Papadopoulos {nth}"
        each, first_letter = ours(program, "plain")
        warm["letter"].append(each)
        warm["letter, nothing alike"].append(ours(program, "anew")[0])
        in_process.append(first_letter)
        warm["weasyprint"].append(timed(weasy.pdf, name))
        warm["reportlab"].append(timed(report.pdf, name))
        for which, command in commands.items():
            if nth < 7 or which == "letter":
                first[which].append(cold(command))
    memory = {name: peak(command) for name, command in commands.items()}
    base = statistics.median(warm["letter"])
    first["letter, nothing alike"], memory["letter, nothing alike"] = first["letter"], memory["letter"]
    print("| engine | warm ms, median (least) | ratio | new process ms, median | peak MB | PDF bytes |")
    print("|---|---|---|---|---|---|")
    ours_bytes = re.search(r"(\d+) bytes", subprocess.run([program], capture_output=True, text=True).stdout).group(1)
    ours_bytes = int(ours_bytes)
    sizes = {"letter": ours_bytes, "letter, nothing alike": ours_bytes, **{name: len(pdf) for name, pdf in sample.items()}}
    for name in warm:
        middle = statistics.median(warm[name])
        print(
            f"| {name} | {middle:.2f} ({min(warm[name]):.2f}) | {middle / base:.1f} | "
            f"{statistics.median(first[name]):.0f} | {memory[name]:.0f} | {sizes[name]:,} |"
        )
    print(f"first letter inside the process: {statistics.median(in_process):.1f} ms")


if __name__ == "__main__":
    main()
