"""The collection's accent colour for pages on light and on dark ground, both legible (WCAG 2.2)."""

_DARK_GROUND = 0.0093
"""Relative luminance of the dark pages' ground, #16191d."""
_WANTED = 7.0
_STEPS = 50


def variables(accent: str) -> str:
    """Return the CSS rules that name the accent of light and of dark pages."""
    return f":root {{ --accent: {accent}; --accent-dark: {lightened(accent)}; }}\n"


def lightened(colour: str) -> str:
    """Return the darkest tint of ``#rrggbb`` towards white that is read on dark ground."""
    channels = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    for step in range(_STEPS + 1):
        tint = [channel + (255 - channel) * step // _STEPS for channel in channels]
        if (_luminance(tint) + 0.05) / (_DARK_GROUND + 0.05) >= _WANTED:
            return "#" + "".join(f"{channel:02x}" for channel in tint)
    return "#ffffff"


def _luminance(channels: list[int]) -> float:
    shares = (channel / 255 for channel in channels)
    linear = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)  # noqa: PLR2004
    return sum(weight * one for weight, one in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
