//! The numbers of errors, and the words of the C library for them.

use std::sync::LazyLock;

use super::Kind;
use crate::calls::{self, Errno, gai_strerror, strerror};

/// Makes the table of what `getaddrinfo` gives.
macro_rules! codes {
    ($($name:ident)+) => { &[$((stringify!($name), calls::$name)),+] };
}

const CODES: &[(&str, i32)] = codes! {
    EAI_AGAIN EAI_BADFLAGS EAI_FAIL EAI_FAMILY EAI_MEMORY EAI_NODATA EAI_NONAME EAI_OVERFLOW
    EAI_SERVICE EAI_SOCKTYPE EAI_SYSTEM
};

/// Above every errno that a program sees. (From 512 on they are the kernel's own.)
const MOST: i32 = 512;

/// The number and the text of an error with this name.
pub(super) fn of(kind: Kind, name: &str) -> (Option<i32>, Option<String>) {
    static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
        (0..MOST).map(|number| format!("{:?}", Errno::from_raw(number))).collect()
    });
    let errno =
        || (0..MOST).zip(NAMES.iter()).find(|(_, of)| *of == name).map(|(number, _)| number);
    match CODES.iter().find(|(code, _)| *code == name) {
        Some(&(_, code)) => (Some(code), Some(gai_strerror(code))),
        None if kind == Kind::Errno => {
            let number = errno();
            (number, number.map(strerror))
        }
        None => (None, None),
    }
}
