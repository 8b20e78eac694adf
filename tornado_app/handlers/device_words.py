"""Owns what a device is called on pages."""

from tornado_app.devices import Device
from tornado_app.i18n import Language


def device_words(device: Device, language: Language) -> str:
    """The browser with its system, as far as they are known."""
    if device.browser and device.system:
        text = language.translate("%(browser)s on %(system)s")
        return text % {"browser": device.browser, "system": device.system}
    known = device.browser or device.system
    return known or language.translate("An unknown device")
