"""A Chromium without a window, driven through chromedriver's WebDriver protocol.

Only what page.py needs, on the standard library alone.
"""
import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the key of a reference, from the W3C's WebDriver
TAB, ENTER, SHIFT, NULL = "\ue004", "\ue007", "\ue008", "\ue000"


def missing():
    """Why there can be no browser here, or None."""
    for names in (("chromedriver",), ("chromium", "google-chrome", "chrome")):
        if not any(map(shutil.which, names)):
            return f"no {names[0]} on this machine"
    return None


class Browser:
    def __init__(self):
        self.folder = tempfile.mkdtemp()
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True,
                                       env=dict(os.environ, HOME=self.folder))
        for line in self.driver.stdout:
            if "successfully on port" in line:
                port = line.rstrip(".\n").split()[-1]
                break
        else:
            raise RuntimeError("chromedriver did not start")
        self.base = f"http://127.0.0.1:{port}"
        arguments = ["--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--force-device-scale-factor=1",
                     f"--user-data-dir={self.folder}/profile"]
        if os.getuid() == 0:
            arguments.append("--no-sandbox")  # Chromium has none for root
        binary = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chrome"))))
        session = self.call("POST", "/session", {"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": {"args": arguments, "binary": binary},
            "goog:loggingPrefs": {"browser": "ALL"}}}})
        self.base += "/session/" + session["sessionId"]

    def close(self):
        try:
            self.call("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait()
            shutil.rmtree(self.folder, ignore_errors=True)

    def call(self, method, path, body=None):
        data = None if method != "POST" else json.dumps(body or {}).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                return json.load(reply)["value"]
        except urllib.error.HTTPError as failure:
            raise RuntimeError(json.load(failure)["value"]["message"].splitlines()[0]) from None

    def devtools(self, command, **parameters):
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def open(self, url):
        self.call("POST", "/url", {"url": url})

    def find(self, css):
        return "/element/" + self.call("POST", "/element", {"using": "css selector", "value": css})[ELEMENT]

    def click(self, css):
        self.call("POST", self.find(css) + "/click")

    def type(self, css, text):
        self.call("POST", self.find(css) + "/value", {"text": text})

    def press(self, *keys):
        """Keys to whatever has the focus, one after the other; SHIFT holds for the next."""
        acts, held = [], False
        for key in keys:
            acts.append({"type": "keyDown", "value": key})
            if key == SHIFT:
                held = True
                continue
            acts.append({"type": "keyUp", "value": key})
            if held:
                acts.append({"type": "keyUp", "value": SHIFT})
                held = False
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": acts}]})

    def run(self, script, *args):
        return self.call("POST", "/execute/sync", {"script": script, "args": list(args)})

    def texts(self, css):
        return self.run("return [...document.querySelectorAll(arguments[0])].map(e => e.innerText)", css)

    def text(self, css):
        return self.texts(css)[0]

    def focus(self):
        """The id of what has the focus, or what it says."""
        return self.run("const e = document.activeElement; return e.id || e.dataset.column || e.innerText")

    def wait(self, what, condition, seconds=20):
        end = time.monotonic() + seconds
        while not (value := condition()):
            if time.monotonic() > end:
                raise AssertionError(f"waited {seconds} s in vain: {what}")
            time.sleep(0.05)
        return value

    def log(self):
        """What the console has said since the last look, without the network's failures."""
        return [entry["message"] for entry in self.call("POST", "/se/log", {"type": "browser"})
                if entry["source"] != "network"]

    def screen(self, width, height, phone=False, dark=False):
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                      mobile=phone)
        self.devtools("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def picture(self, path):
        with open(path, "wb") as f:
            f.write(base64.b64decode(self.call("GET", "/screenshot")))

    def downloads(self):
        """Downloads go to a folder of ours from now on; its path."""
        folder = os.path.join(self.folder, "downloads")
        os.makedirs(folder, exist_ok=True)
        self.devtools("Browser.setDownloadBehavior", behavior="allow", downloadPath=folder)
        return folder
