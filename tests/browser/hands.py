"""Two ways to use a page: by keyboard alone, and by mouse without JavaScript."""

MOST_TABS = 120


class Mouse:
    """Points and clicks."""

    has_javascript = False

    def __init__(self, page):
        self.page = page

    def follow(self, link):
        """Follow the link with this name."""
        self._go(self.page.get_by_role("link", name=link, exact=True).first)

    def press(self, button):
        """Press the button with this name, which sends a form."""
        self._go(self.page.get_by_role("button", name=button).first)

    def fill(self, label, text):
        """Type *text* into a field."""
        self.page.get_by_label(label, exact=True).fill(text)

    def pick(self, label):
        """Choose one of several."""
        self.page.get_by_label(label, exact=True).check()

    def _go(self, target):
        with self.page.expect_navigation():
            target.click()


class Keyboard(Mouse):
    """Comes to everything by Tab, and never touches a mouse."""

    has_javascript = True

    def fill(self, label, text):
        self._reach(self.page.get_by_label(label, exact=True))
        self.page.keyboard.type(text)

    def pick(self, label):
        """Come to the group by Tab, as one place, and to the choice by arrow keys."""
        choice = self.page.get_by_label(label, exact=True)
        name = choice.get_attribute("name")
        self._reach(self.page.locator(f"[name={name}]:checked"))
        for _ in range(MOST_TABS):
            if choice.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no arrow key leads to {label}")

    def _go(self, target):
        self._reach(target)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def _reach(self, target):
        for _ in range(MOST_TABS):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no Tab leads to {target}")
