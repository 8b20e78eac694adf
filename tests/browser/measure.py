"""What scripts in the page find out about it."""

from importlib.resources import files

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Selectors of all that was looked at would take as long as the looking.
RUN_AXE = """async tags => {
  const only = { type: "tag", values: tags };
  const how = { runOnly: only, resultTypes: ["violations"], selectors: false };
  const { violations } = await axe.run(document, how);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(node => `${id}: ${node.html}: ${node.failureSummary}`));
}"""

SIDEWAYS = "() => document.documentElement.scrollWidth - innerWidth"

CONTROLS = "a[href], button, input:not([type=hidden]), select, summary"

# WCAG 2.2, 2.5.8: 24 by 24 pixels, but for a link in a sentence, or where a circle of
# that size around a smaller one touches no other target. A label is part of the target
# of its control.
SMALL_TARGETS = """selector => {
  const boxes = new Map();
  for (const each of document.querySelectorAll(selector)) {
    const box = (each.closest("label") ?? each).getBoundingClientRect();
    if (each.checkVisibility() && box.width > 0) boxes.set(each, box);
  }
  const isSmall = box => Math.min(box.width, box.height) < 24;
  const isInSentence = each => getComputedStyle(each).display === "inline"
    && each.parentElement.textContent.trim() !== each.textContent.trim();
  const middle = box => [box.x + box.width / 2, box.y + box.height / 2];
  const isNear = (box, other) => {
    const [x, y] = middle(box);
    const [otherX, otherY] = middle(other);
    const toBox = Math.hypot(
      Math.max(other.left - x, 0, x - other.right),
      Math.max(other.top - y, 0, y - other.bottom));
    const toMiddle = Math.hypot(otherX - x, otherY - y);
    return toBox < 12 || (isSmall(other) && toMiddle < 24);
  };
  return [...boxes].filter(([each, box]) => isSmall(box) && !isInSentence(each)
    && [...boxes].some(([other, otherBox]) => other !== each && isNear(box, otherBox)))
    .map(([each, box]) => `${box.width} x ${box.height}: ${each.outerHTML}`);
}"""

# WCAG 2.2, 2.4.7 and 2.4.11: the focus can be seen, and nothing lies over it.
LOST_FOCUS = """selector => [...document.querySelectorAll(selector)].filter(each => {
  if (!each.checkVisibility() || each.disabled) return false;
  each.focus();
  const { outlineStyle, outlineWidth } = getComputedStyle(each);
  const isMarked = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  const [box] = each.getClientRects();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return !isMarked || document.activeElement !== each
    || !(each.contains(top) || top?.contains(each));
}).map(each => each.outerHTML)"""


def axe_violations(page):
    """What axe-core finds wrong, one line each."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    return page.evaluate(RUN_AXE, TAGS)
