//! A headless Chromium, driven through chromedriver. Nothing here waits without a limit.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::error::CmdError;
use fantoccini::wd::{PrintConfiguration, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder, Locator};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use url::Url;

use crate::common::{PATIENCE, Running, has, start, until};

/// A browser. Dropped, it is closed, and what it left behind is removed.
pub struct Browser {
    client: Client,
    runtime: Runtime,
    // In this order: the driver ends before its folder goes.
    _driver: Running,
    _home: TempDir,
}

/// The browser, for one test at a time.
pub struct Lent(Arc<Mutex<Browser>>);

/// Why there is no browser to test in, if there is none.
pub fn no_browser() -> Option<String> {
    let missing = !has("chromedriver") || browser().is_none();
    missing.then(|| {
        "chromium or chromedriver is not installed (Debian: packages chromium and chromium-driver; \
         Fedora: chromium and chromedriver)"
            .into()
    })
}

fn browser() -> Option<&'static str> {
    ["chromium", "chromium-browser", "google-chrome"].into_iter().find(|name| has(name))
}

/// Borrows the browser that other tests of this process use, too. The first starts it, the last
/// ends it.
pub fn lend() -> Lent {
    static SHARED: Mutex<Weak<Mutex<Browser>>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    Lent(shared.upgrade().unwrap_or_else(|| {
        let browser = Arc::new(Mutex::new(Browser::start()));
        *shared = Arc::downgrade(&browser);
        browser
    }))
}

impl Lent {
    /// Waits until no other test uses it. What a test that failed has left goes with the next page.
    pub fn take(&self) -> MutexGuard<'_, Browser> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Browser {
    fn start() -> Browser {
        let home = tempfile::tempdir().expect("temporary folder");
        let mut command = Command::new("chromedriver");
        command.arg("--port=0").env("HOME", home.path()).env("TMPDIR", home.path());
        for name in ["XDG_CONFIG_HOME", "XDG_CACHE_HOME"] {
            command.env(name, home.path());
        }
        let driver = start(&mut command, Stdio::null());
        let port = until("chromedriver's port", || {
            let said = String::from_utf8_lossy(&driver.stdout()).into_owned();
            let (_, behind) = said.split_once("started successfully on port ")?;
            behind.split_once('.').map(|(port, _)| port.to_owned())
        });
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let wanted = wanted(home.path()).as_object().expect("an object").clone();
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(wanted);
        let address = format!("http://127.0.0.1:{port}");
        let session = async { tokio::time::timeout(PATIENCE, builder.connect(&address)).await };
        let client = match runtime.block_on(session) {
            Ok(Ok(client)) => client,
            other => panic!("Chromium does not start: {:?}\n{:?}", other.err(), driver.stop()),
        };
        Browser { client, runtime, _driver: driver, _home: home }
    }

    /// Waits for an answer of the browser.
    fn ask<T>(&self, what: &str, command: impl Future<Output = Result<T, CmdError>>) -> T {
        let answer = async { tokio::time::timeout(PATIENCE, command).await };
        match self.runtime.block_on(answer) {
            Ok(answer) => answer.unwrap_or_else(|error| panic!("{what}: {error}")),
            Err(_) => panic!("{what}: no answer within {PATIENCE:?}"),
        }
    }

    /// Opens a page in a window of this size, and waits until it says that it is ready.
    pub fn open(&self, page: &Path, size: [u32; 2]) {
        self.media(&[]);
        self.resize(size);
        self.console();
        let address = Url::from_file_path(page).expect("an absolute path");
        self.ask("opening", self.client.goto(address.as_str()));
        self.wait("html.ready", "document.documentElement.classList.contains('ready')");
        self.run(include_str!("measure.js"));
    }

    /// Makes the window this wide and high.
    pub fn resize(&self, [width, height]: [u32; 2]) {
        let size =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", size);
    }

    /// Says what the user prefers: `("prefers-color-scheme", "dark")`.
    pub fn media(&self, features: &[(&str, &str)]) {
        let features: Vec<_> =
            features.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
        self.devtools("Emulation.setEmulatedMedia", json!({"media": "", "features": features}));
    }

    /// Shows the page as it is printed, or on the screen.
    pub fn paper(&self, paper: bool) {
        let media = if paper { "print" } else { "" };
        self.devtools("Emulation.setEmulatedMedia", json!({"media": media, "features": []}));
    }

    /// Runs the body of a function in the page.
    #[track_caller]
    pub fn run(&self, body: &str) -> Value {
        self.ask(body, self.client.execute(body, Vec::new()))
    }

    /// The value of an expression in the page.
    #[track_caller]
    pub fn value(&self, expression: &str) -> Value {
        self.run(&format!("return ({expression})"))
    }

    /// The text that an expression is.
    #[track_caller]
    pub fn text(&self, expression: &str) -> String {
        match self.value(expression) {
            Value::String(text) => text,
            other => panic!("{expression} is {other}"),
        }
    }

    /// Waits until an expression is true.
    #[track_caller]
    pub fn wait(&self, what: &str, expression: &str) {
        let deadline = Instant::now() + PATIENCE;
        while self.value(&format!("!!({expression})")) != json!(true) {
            if Instant::now() > deadline {
                let step = self.value("document.getElementById('step')?.textContent");
                let console = self.console();
                panic!("{what}: not within {PATIENCE:?}; at {step}; {expression}; {console:?}");
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Waits until an expression is this value.
    #[track_caller]
    pub fn expect(&self, expression: &str, wanted: impl Into<Value>) {
        let wanted = wanted.into();
        let deadline = Instant::now() + PATIENCE;
        loop {
            let seen = self.value(expression);
            if seen == wanted {
                return;
            }
            assert!(Instant::now() < deadline, "{expression}\n    is {seen}\nnot {wanted}");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Presses a key where the focus is.
    #[track_caller]
    pub fn press(&self, key: impl Into<char>) {
        let value = key.into();
        let keys = KeyActions::new("keyboard".into())
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value });
        self.ask("a key", self.client.perform_actions(keys));
    }

    /// Clicks on the element that a selector finds, as a mouse does: what covers it is named.
    #[track_caller]
    pub fn click(&self, selector: &str) {
        let element = self.ask(selector, self.client.find(Locator::Css(selector)));
        self.ask(selector, element.click());
    }

    /// Waits until all that was asked for is drawn.
    pub fn drawn(&self) {
        self.wait_for(
            "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))",
        );
    }

    /// What a promise comes to.
    #[track_caller]
    pub fn wait_for(&self, promise: &str) -> Value {
        let body = format!(
            "const done = arguments[0]; ({promise}).then(done, error => done(String(error)))"
        );
        self.ask(promise, self.client.execute_async(&body, Vec::new()))
    }

    /// What the console says since it was last asked: errors and warnings.
    pub fn console(&self) -> Vec<String> {
        let log = self.ask(
            "the console",
            self.client.issue_cmd(Vendor { path: "se/log", body: json!({"type": "browser"}) }),
        );
        let line = |entry: &Value| {
            let [level, message] = ["level", "message"].map(|name| entry[name].as_str());
            format!("{}: {}", level.unwrap_or("?"), message.unwrap_or("?"))
        };
        log.as_array().map(|log| log.iter().map(line).collect()).unwrap_or_default()
    }

    /// A command of the DevTools protocol.
    pub fn devtools(&self, command: &str, parameters: Value) -> Value {
        let body = json!({"cmd": command, "params": parameters});
        self.ask(command, self.client.issue_cmd(Vendor { path: "goog/cdp/execute", body }))
    }

    /// What the window shows, as PNG.
    pub fn screenshot(&self) -> Vec<u8> {
        self.ask("a screenshot", self.client.screenshot())
    }

    /// The page as it is printed, as PDF.
    pub fn print(&self) -> Vec<u8> {
        self.ask("printing", self.client.print(PrintConfiguration::default()))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver ends the browser. Should it not: the browser ends when its pipe closes.
        let client = self.client.clone();
        let close = async { tokio::time::timeout(PATIENCE, client.close()).await };
        let _ = self.runtime.block_on(close);
    }
}

/// What kind of browser is wanted: one that shows no window and knows no network.
fn wanted(home: &Path) -> Value {
    let mut args = vec![
        format!("--user-data-dir={}", home.join("profile").display()),
        "--headless=new".into(),
        "--remote-debugging-pipe".into(),
        "--disable-gpu".into(),
        "--disable-dev-shm-usage".into(),
        "--disable-background-networking".into(),
        "--disable-component-update".into(),
        "--disable-sync".into(),
        "--no-first-run".into(),
        "--hide-scrollbars".into(),
        "--host-resolver-rules=MAP * ~NOTFOUND".into(),
    ];
    // Chromium's sandbox refuses to start as root.
    if nix::unistd::geteuid().is_root() {
        args.push("--no-sandbox".into());
    }
    json!({
        "browserName": "chrome",
        "goog:loggingPrefs": {"browser": "ALL"},
        "goog:chromeOptions": {"args": args, "binary": path(browser().unwrap_or("chromium"))},
    })
}

/// Where a tool is.
fn path(tool: &str) -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(tool)).find(|file| file.is_file())
}

/// A command of chromedriver that is not in the standard.
#[derive(Debug)]
struct Vendor {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Vendor {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}
