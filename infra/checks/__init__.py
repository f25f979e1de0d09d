"""Checks of the template: transform it, lint it, assert the rules it must hold to.

Run from the project root with `python -m infra.checks`.
"""
