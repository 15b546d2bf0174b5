"""Rows that are so few that a figure of them says little."""

FEW = 5  # a figure of fewer hangs on one row or another


def scanty(count: int, rows: int, kept: str = "held out") -> str:
    """That a figure of so few rows says little; empty where there are enough, or none."""
    if not 0 < count < FEW:
        return ""
    return f"Only {count} of {rows:,} rows {'is' if count == 1 else 'are'} {kept}: a figure of so few says little"
