"""What a theme tells the browser about itself."""

# The colours of --page in static/css/0-values.css.
_LIGHT, _DARK = "#fbf8f3", "#14171a"
_BRIGHTEST, _DARKEST = "#fff", "#000"

PAGE_COLORS = {
    "system": (("light", _LIGHT), ("dark", _DARK)),
    "light": (("", _LIGHT),),
    "dark": (("", _DARK),),
    "high-contrast": (("light", _BRIGHTEST), ("dark", _DARKEST)),
}
"""By theme: the page's colour for each scheme of the device, or for both (empty)."""
