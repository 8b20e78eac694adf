"""A private nginx with the configuration that the documentation gives."""

import re
import subprocess
from contextlib import contextmanager

from tests.programs import clean_environment, wait_until
from tests.servers.valkey import free_port
from tools import debian
from tools.environment import ROOT

PAGE = ROOT / "docs" / "several-processes.md"
# What the file on the page stands in, where only root's own nginx would be.
AROUND = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    # The tests tell the proxy's address from a visitor's.
    proxy_bind {address};
    include {folder}/site.conf;
}}
"""
ADDRESS = "127.0.0.2"
"""Where this proxy comes from, as the site sees it."""


class Proxy:
    """Where nginx listens."""

    def __init__(self, folder):
        self.folder = folder
        self.http_port, self.https_port = free_port(), free_port()

    @property
    def certificate(self):
        return self.folder / "site.pem"

    @property
    def key(self):
        return self.folder / "site.key"

    def errors(self):
        return (self.folder / "error.log").read_text()


@contextmanager
def nginx(folder, *site_ports):
    """Run nginx before the sites at *site_ports*, each a host of its own."""
    proxy = Proxy(folder)
    make_certificate(proxy)
    (folder / "site.conf").write_text(configuration(proxy, site_ports))
    around = folder / "nginx.conf"
    around.write_text(AROUND.format(folder=folder, address=ADDRESS))
    program = debian.find("nginx")
    assert program, "apt-get install nginx"
    words = [program, "-p", folder, "-c", around, "-e", folder / "error.log"]
    with subprocess.Popen(words, env=clean_environment()) as process:
        try:
            wait_until(lambda: (folder / "nginx.pid").exists() or process.poll())
            assert process.poll() is None, proxy.errors()
            yield proxy
        finally:
            process.terminate()


def configuration(proxy, site_ports):
    """The page's file, with this test's ports, hosts and certificate."""
    (text,) = re.findall(r"```nginx\n(.*?)```", PAGE.read_text(), re.S)
    hosts = "".join(f"    server 127.0.0.1:{port};\n" for port in site_ports)
    for pattern, replacement in {
        r"    server 127\.0\.0\.1:8888;.*\n": hosts,
        r"listen 80;": f"listen 127.0.0.1:{proxy.http_port};",
        r"listen 443 ssl;": f"listen 127.0.0.1:{proxy.https_port} ssl;",
        r"server_name example\.org;": "server_name localhost;",
        r"/etc/ssl/example\.org\.pem": str(proxy.certificate),
        r"/etc/ssl/example\.org\.key": str(proxy.key),
    }.items():
        text, count = re.subn(pattern, replacement, text)
        assert count, f"the page's nginx file lacks {pattern}"
    return text


def make_certificate(proxy):
    words = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost"]
    files = ["-keyout", proxy.key, "-out", proxy.certificate]
    subprocess.run([*words.split(), *names, *files], check=True, capture_output=True)
