//! Why there is no sandbox, in a sentence: what is missing, why, and how to allow it.

use std::io;

use procfs::process::Process;

use super::Step;
use crate::observe::error::in_words;

/// What cannot be watched, why, and what would allow it: one sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Missing(String);

impl Missing {
    /// From the whole sentence, which begins in lower case and has no full stop.
    pub(in crate::observe) fn new(sentence: impl Into<String>) -> Missing {
        Missing(sentence.into())
    }
}

/// What the machine says of its own rules. None: it has no such rule.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    /// `/proc/sys/user/max_user_namespaces`.
    pub max_user: Option<u64>,
    /// `/proc/sys/user/max_net_namespaces`.
    pub max_net: Option<u64>,
    /// Debian's `/proc/sys/kernel/unprivileged_userns_clone`.
    pub userns_clone: Option<u64>,
    /// Ubuntu's `/proc/sys/kernel/apparmor_restrict_unprivileged_userns`.
    pub apparmor: Option<u64>,
    /// Whether a seccomp filter is on this process, as a container's runtime puts one.
    pub seccomp: bool,
    /// How many threads this process has.
    pub threads: u64,
}

impl Facts {
    pub fn gather() -> Facts {
        let number = |file| std::fs::read_to_string(file).ok()?.trim().parse().ok();
        let status = Process::myself().and_then(|process| process.status()).ok();
        Facts {
            max_user: number("/proc/sys/user/max_user_namespaces"),
            max_net: number("/proc/sys/user/max_net_namespaces"),
            userns_clone: number("/proc/sys/kernel/unprivileged_userns_clone"),
            apparmor: number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"),
            seccomp: status.as_ref().is_some_and(|status| status.seccomp == Some(2)),
            threads: status.map_or(1, |status| status.threads),
        }
    }
}

/// The sentence for a step that failed.
pub(super) fn sentence(step: Step, why: &io::Error, facts: &Facts) -> Missing {
    let did = match step {
        Step::Unshare => "unshare",
        Step::Map => "writing /proc/self/uid_map",
        Step::RaiseLo => "raising the interface lo",
    };
    Missing(format!(
        "no network of their own for the programs: {did}: {} ({}); without it packets cannot be \
         seen and a port may be taken",
        in_words(why),
        cure(step, why, facts)
    ))
}

/// The likeliest cause, and what to do.
fn cure(step: Step, why: &io::Error, facts: &Facts) -> String {
    const SECCOMP: &str = "a seccomp filter forbids it, as a container's default profile does: \
                           docker run --security-opt seccomp=unconfined …";
    let sysctl = |rule: &str, value: u32| format!("sudo sysctl {rule}={value}");
    match why.raw_os_error() {
        Some(libc::EPERM | libc::EACCES) if step == Step::Unshare && facts.seccomp => {
            SECCOMP.into()
        }
        Some(libc::EPERM) if facts.userns_clone == Some(0) => {
            let allow = sysctl("kernel.unprivileged_userns_clone", 1);
            format!("this system keeps user namespaces for root: {allow}")
        }
        // AppArmor either refuses the namespace or grants it and then refuses every capability in
        // it.
        Some(libc::EPERM | libc::EACCES) if facts.apparmor.is_some_and(|rule| rule > 0) => {
            let allow = sysctl("kernel.apparmor_restrict_unprivileged_userns", 0);
            format!("AppArmor keeps user namespaces from ordinary programs: {allow}")
        }
        Some(libc::EPERM | libc::EACCES) => {
            "a chroot, a container or a security module forbids it: \
                                             run it outside, or as root"
                .into()
        }
        // EUSERS: what kernels before 4.9 say.
        Some(libc::ENOSPC | libc::EUSERS) => full(facts),
        Some(libc::EINVAL) if facts.threads > 1 => {
            "only root may do so once a process has threads: run it as root".into()
        }
        Some(libc::EINVAL) => "this kernel is built without such namespaces".into(),
        Some(libc::ENOSYS) if facts.seccomp => SECCOMP.into(),
        Some(libc::ENOSYS) => "this kernel has no such call".into(),
        _ => "run it as root".into(),
    }
}

/// A limit is reached, or is 0.
fn full(facts: &Facts) -> String {
    let rules =
        [("user.max_user_namespaces", facts.max_user), ("user.max_net_namespaces", facts.max_net)];
    match rules.iter().find(|(_, limit)| *limit == Some(0)) {
        Some((rule, _)) => format!("{rule} is 0: sudo sysctl {rule}=15000"),
        None => {
            let shown = rules.map(|(rule, limit)| match limit {
                Some(limit) => format!("{rule} ({limit})"),
                None => rule.into(),
            });
            format!("a limit is reached, {}: raise it with sudo sysctl", shown.join(" or "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_names_the_cause_and_the_cure() {
        let none = Facts { threads: 1, ..Facts::default() };
        let clone = Facts { userns_clone: Some(0), ..none.clone() };
        let apparmor = Facts { apparmor: Some(1), userns_clone: Some(1), ..none.clone() };
        let container = Facts { seccomp: true, apparmor: Some(1), ..none.clone() };
        let zero = Facts { max_user: Some(0), max_net: Some(9), ..none.clone() };
        let reached = Facts { max_user: Some(7), max_net: Some(9), ..none.clone() };
        let threads = Facts { threads: 2, ..none.clone() };
        let table: [(Step, i32, &Facts, &[&str]); 12] = [
            (Step::Unshare, libc::EPERM, &clone, &["kernel.unprivileged_userns_clone=1"]),
            (Step::Unshare, libc::EPERM, &container, &["--security-opt seccomp=unconfined"]),
            (Step::Unshare, libc::EACCES, &apparmor, &["apparmor_restrict_unprivileged_userns=0"]),
            (Step::Map, libc::EPERM, &apparmor, &["uid_map: EPERM", "userns=0"]),
            (Step::RaiseLo, libc::EPERM, &container, &["lo: EPERM", "userns=0"]),
            (Step::Unshare, libc::EPERM, &none, &["unshare: EPERM", "as root"]),
            (Step::Unshare, libc::ENOSPC, &zero, &["user.max_user_namespaces=15000"]),
            (Step::Unshare, libc::ENOSPC, &reached, &["namespaces (7)", "namespaces (9)"]),
            (Step::Unshare, libc::EINVAL, &threads, &["threads"]),
            (Step::Unshare, libc::EINVAL, &none, &["built without"]),
            (Step::Unshare, libc::ENOSYS, &container, &["seccomp=unconfined"]),
            (Step::Unshare, libc::ENOSYS, &none, &["ENOSYS", "no such call"]),
        ];
        for (step, errno, facts, parts) in table {
            let missing = sentence(step, &io::Error::from_raw_os_error(errno), facts).to_string();
            for part in parts {
                assert!(missing.contains(part), "{part:?} is not in {missing:?}");
            }
            assert!(missing.starts_with("no network") && !missing.contains(". "), "{missing:?}");
        }
    }
}
