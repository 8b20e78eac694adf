"""Owns what attackers type: scripts for every field, places that are not here."""

from itertools import product

MARK = "window.ran=(window.ran||0)+1"
"""What a script that runs leaves behind."""

_CALLS = [MARK, f"eval('{MARK}')", f"setTimeout(()=>{{{MARK}}})"]
_ELEMENTS = [
    "<script>{}</script>",
    "<ScRiPt>{}</sCrIpT>",
    "<script\n>{}</script\n>",
    "<script/x>{}</script>",
    "<img src=x onerror={}>",
    '<img src=x onerror="{}">',
    "<img/src=x/onerror={}>",
    "<svg onload={}>",
    "<svg><script>{}</script></svg>",
    "<svg><animate onbegin={} attributeName=x dur=1s>",
    "<body onload={}>",
    "<input autofocus onfocus={}>",
    "<select autofocus onfocus={}>",
    "<details open ontoggle={}>",
    "<video><source onerror={}></video>",
    "<audio src=x onerror={}>",
    "<iframe srcdoc='<script>parent.{}</script>'></iframe>",
    '<iframe src="javascript:parent.{}"></iframe>',
    "<object data='javascript:{}'></object>",
    "<embed src='javascript:{}'>",
    "<math><mtext><script>{}</script></mtext></math>",
    "<template><script>{}</script></template>",
    "<marquee onstart={}>",
    "<style>@import 'javascript:{}';</style>",
    '<link rel=stylesheet href="data:text/css,x" onload={}>',
    "<meta http-equiv=refresh content='0;javascript:{}'>",
    "<base href='javascript:{}//'>",
    '<a href="javascript:{}" autofocus>here</a>',
    '<form action="javascript:{}"><button>',
    "<x onpointerenter={} style=position:fixed;inset:0>",
]
_BREAKOUTS = ["", '">', "'>", "</title>", "</option></select>"]
_ATTRIBUTES = [
    '" onfocus="{}" autofocus="',
    "' onfocus='{}' autofocus='",
    '" onmouseover="{}" x="',
    '"autofocus onfocus={} x="',
    "` onfocus=`{}` autofocus=`",
    '" style="animation-name:x" onanimationstart="{}',
    '"/><script>{}</script>',
    "javascript:{}",
    "JaVaScRiPt:{}",
    " javascript:{}",
    "data:text/html,<script>{}</script>",
    "{{{{constructor.constructor('{}')()}}}}",
    "${{{}}}",
    "{{% raw '<script>{}</script>' %}}",
    "%(name)s<script>{}</script>",
    "&lt;script&gt;{}&lt;/script&gt;",
    "&#60;script>{}</script>",
    "%3Cscript%3E{}%3C/script%3E",
    "\\u003cscript\\u003e{}\\u003c/script\\u003e",
    "\uff1cscript\uff1e{}\uff1c/script\uff1e",
    "+ADw-script+AD4-{}+ADw-/script+AD4-",
    "<!--><script>{}</script>",
    "<![CDATA[<script>{}</script>]]>",
    "<scr<script>ipt>{}</scr</script>ipt>",
]


def _scripts():
    for breakout, element in product(_BREAKOUTS, _ELEMENTS):
        yield breakout + element.format(_CALLS[0])
    for call, attribute in product(_CALLS, _ATTRIBUTES):
        yield attribute.format(call)


SCRIPTS = list(dict.fromkeys(_scripts()))
"""Scripts that run where text is not shown as text."""

SHORT_SCRIPTS = [
    f"{breakout}{element}"
    for breakout in ("", '">', "'>", "</p>")
    for element in (
        "<script>ran=1</script>",
        "<img src=x onerror=ran=1>",
        "<svg onload=ran=1>",
        "<input autofocus onfocus=ran=1>",
        "<details open ontoggle=ran=1>",
        "<body onload=ran=1>",
        "<a href=javascript:ran=1>x</a>",
        "<iframe src=javascript:ran=1>",
    )
]
"""Those that fit into a name."""

_HOSTS = ["evil.example", "evil.site.localhost", "site.localhost@evil.example"]
_WAYS = [
    "//{}",
    "https:{}",
    "///{}/..",
    "/\\{}",
    "/\\/{}",
    "\\\\{}",
    "/.{}",
    "./\\{}",
    "/..//{}",
    "http:\\\\{}",
    "/%09/{}\\",
    "\u2044\u2044{}",
    "/\u2215{}",
    "//{}%2f..",
    "https://{}#@here",
    "//%65vil.example/{}",
    "//{}:80",
    "//[::1]/{}",
    "//3232235777/{}",
    "http://0x7f.1/{}",
    "view-source:https://{}",
    "blob:https://{}",
    "filesystem:http://{}",
    "about:blank#{}",
    "mailto:x@{}",
    "file:///{}",
    "ws://{}",
]

PLACES = [way.format(host) for way, host in product(_WAYS, _HOSTS)]
"""Places that are not on the site, or might be taken for such."""
