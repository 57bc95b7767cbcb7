//! A program that prints, sends and is called what a browser would run.

use std::fs;
use std::process::{Command, Stdio};

use serde_json::json;
use sockstep::show::Story;

use crate::common::run;
use crate::steps::{at, focus, select};
use crate::{USUAL, ready, runs};

const EVIL: &str = "<script>window.pwned=1</script><img src=x onerror=pwned=1>";

/// Sends it to itself as a datagram, prints it, and more that would end a script or a text.
const PROGRAM: &str = r#"
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
    const char *evil = argv[argc - 1];
    const char more[] =
        "</script><!-- \0 \xff \xe2\x80\xa8 \xf0\x9f\x98\x80 {{script}} `${pwned}`\n";
    struct sockaddr_in sin = { .sin_family = AF_INET, .sin_port = htons(9001) };
    char buf[256];

    sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int sd = socket(AF_INET, SOCK_DGRAM, 0);
    if (bind(sd, (struct sockaddr *)&sin, sizeof(sin)) == -1) {
        return 1;
    }
    sendto(sd, evil, strlen(evil), 0, (struct sockaddr *)&sin, sizeof(sin));
    recv(sd, buf, sizeof(buf), 0);
    printf("%s\n", evil);
    fwrite(more, 1, sizeof(more), stdout);
    return 0;
}
"#;

#[test]
fn what_a_program_says_is_never_run() {
    let Some(lent) = ready() else { return };
    let folder = tempfile::tempdir().expect("temporary folder");
    let stem = folder.path().join("<img src=x onerror=window.pwned=2>");
    let source = stem.with_extension("c");
    fs::write(&source, PROGRAM).expect("the source");
    let compiled =
        run(Command::new("cc").args(["-g", "-o"]).arg(&stem).arg(&source), Stdio::null());
    assert!(compiled.status.success(), "{compiled:?}");
    let program = stem.to_string_lossy().into_owned();
    let made = runs::made("hostile", &["record", "--in-turns", "--", &program, EVIL]);
    let story = Story::new(&made.trace);

    let (steps, browser) = (story.moments.len(), lent.take());
    browser.open(&made.page, USUAL);
    focus(&browser);
    for step in 0..steps {
        at(&browser, step, steps);
        browser.expect("[window.pwned, document.images.length]", json!([null, 0]));
        browser.expect("document.scripts.length", 2);
        browser.press('j');
    }
    let bytes = "[...document.querySelectorAll('#panel .characters')].map(\
                 cell => cell.textContent).join('')";
    let call = "measure.panel().call";
    for (title, part) in [("calls sendto", call), ("a packet", bytes), ("prints", call)] {
        let step = story.tell().position(|told| told.title.contains(title)).expect(title);
        select(&browser, step);
        at(&browser, step, steps);
        let said = browser.text(part);
        assert!(said.contains(EVIL), "{title}: {said}");
    }
    let named = browser.text("document.body.innerText");
    assert!(named.contains("<img src=x onerror=window.pwned=2>"), "the program's name: {named}");
    assert_eq!(browser.console(), [""; 0]);
}
