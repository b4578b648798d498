#!/usr/bin/env python3
"""Writes a header with files as strings: embed.py HEADER NAME=FILE..."""
import pathlib
import sys

PIECE = 8000  # Compilers take 64 KiB of a literal at least; pieces are joined by them.

header, *parts = sys.argv[1:]
lines = ["// Written by embed.py.", "#pragma once", "namespace parlour::bench {"]
for part in parts:
    name, path = part.split("=", 1)
    text = pathlib.Path(path).read_text()
    pieces = [text[i:i + PIECE] for i in range(0, len(text), PIECE)]
    lines.append(f"constexpr const char* {name} =")
    lines += [f'R"page({piece})page"' for piece in pieces]
    lines.append(";")
lines.append("}  // namespace parlour::bench")
pathlib.Path(header).write_text("\n".join(lines) + "\n")
