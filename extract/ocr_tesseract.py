"""OCR by Tesseract, a program of this machine. It reads text, not formulas: what it makes of mathematics is noise."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

from corpus.errors import RecipeError
from extract.ocr import OcrError, TesseractConfig
from extract.pdf_markdown import escape, join
from extract.pdf_sandbox import lift_limits

INSTALL = "install it (Debian and Ubuntu: apt install tesseract-ocr; macOS: brew install tesseract)"


class Tesseract:
    """An OcrReader. Raises RecipeError at once where the program or a language is missing."""

    def __init__(self, config: TesseractConfig) -> None:
        program = shutil.which(config.program)
        if program is None:
            raise RecipeError(f"ocr.tesseract.program: {config.program!r} is not on this machine; {INSTALL} or name its path")
        self.config = config
        self.command = [program, "stdin", "stdout", "-l", config.language, "--dpi", str(config.dpi)]
        self.version = _said(program, "--version")[0]
        known = _said(program, "--list-langs")[1:]
        if missing := [name for name in config.language.split("+") if name not in known]:
            raise RecipeError(
                f"ocr.tesseract.language: {', '.join(missing)} not among Tesseract's languages here ({', '.join(known)}); "
                f"install it (Debian and Ubuntu: apt install tesseract-ocr-{missing[0].replace('_', '-')})"
            )

    def __call__(self, png: bytes) -> str:
        # One thread a page: the pages are what runs in parallel.
        environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
        timeout_s = self.config.timeout_s
        try:
            done = subprocess.run(
                self.command,
                input=png,
                capture_output=True,
                timeout=timeout_s,
                check=False,
                env=environment,
                preexec_fn=lift_limits,
            )
        except subprocess.TimeoutExpired:
            raise OcrError("ocr_timeout", f"Tesseract took longer than {timeout_s:g} s") from None
        except OSError as error:
            raise OcrError("ocr_failed", f"Tesseract could not be started: {error}") from error
        if done.returncode != 0:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise OcrError("ocr_failed", f"Tesseract ended with {done.returncode}: {said[-1] if said else 'no message'}")
        return paragraphs(done.stdout.decode("utf-8", "replace"))


def _said(program: str, option: str) -> list[str]:
    """Lines that the program prints about itself. Raises RecipeError where it does not run."""
    try:
        done = subprocess.run([program, option], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RecipeError(f"ocr.tesseract.program: {program} {option} does not run: {error}") from error
    if done.returncode != 0 or not done.stdout:
        raise RecipeError(f"ocr.tesseract.program: {program} {option} ended with {done.returncode}: {done.stderr.strip()[:200]}")
    return done.stdout.splitlines()


def paragraphs(text: str) -> str:
    """Lines of plain text as paragraphs of Markdown: hyphens at ends of lines undone, dollars escaped."""
    words = frozenset(word.lower() for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text))
    written = []
    text = re.sub(r"(?<=[^\W\d_]-)\n\s*\n(?=[a-z])", "\n", text)  # a divided word ends no paragraph
    for lines in re.split(r"\n\s*\n", text.replace("\f", "\n\n")):
        paragraph = ""
        for line in lines.splitlines():
            paragraph = join(paragraph, escape(line.strip()), words)
        written.append(paragraph)
    return "\n\n".join(paragraph for paragraph in written if paragraph)
