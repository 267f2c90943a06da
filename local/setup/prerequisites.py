"""What the machine must bring: found and new enough, or said in one line with the remedy."""

import re
import shutil
import subprocess
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Tool:
    """A program on PATH, asked for its version with ``ask``."""

    name: str
    ask: tuple[str, ...]
    minimum: tuple[int, int]
    remedy: str


TOOLS = (
    Tool(
        name="Terraform",
        ask=("terraform", "version"),
        minimum=(1, 11),
        remedy="install it from https://developer.hashicorp.com/terraform/install",
    ),
    Tool(name="Node.js", ask=("node", "--version"), minimum=(20, 0), remedy="install it from https://nodejs.org"),
    Tool(name="npm", ask=("npm", "--version"), minimum=(9, 0), remedy="it comes with Node.js: https://nodejs.org"),
)


def missing(tools: tuple[Tool, ...] = TOOLS) -> list[str]:
    """One line for each tool that is absent, too old or does not answer; empty when all is well."""
    return [problem for tool in tools if (problem := _problem(tool))]


def _problem(tool: Tool) -> str | None:
    wanted = ".".join(map(str, tool.minimum))
    program = shutil.which(tool.ask[0])
    if program is None:
        return f"{tool.name} >= {wanted} is not on PATH: {tool.remedy}"
    answer = subprocess.run([program, *tool.ask[1:]], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)\.(\d+)", answer)
    if found is None:
        return f"{program} does not tell its version: {tool.remedy}"
    if (int(found[1]), int(found[2])) < tool.minimum:
        return f"{tool.name} {found[0]} is too old, {wanted} is needed: {tool.remedy}"
    return None
