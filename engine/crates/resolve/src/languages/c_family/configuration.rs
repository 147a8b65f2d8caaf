//! What the usual build defines, as far as the project tells.

use crate::Project;
use parseltongue_syntax::{Manifest, Name};
use rustc_hash::FxHashSet;

/// What the project's build files say of macros.
pub(super) struct Configuration {
    /// A build may define macros of these names.
    named: FxHashSet<Name>,
    /// The usual build does.
    on: FxHashSet<Name>,
}

impl Configuration {
    pub(super) fn new(project: &Project<'_>) -> Self {
        let (mut named, mut on) = (FxHashSet::default(), FxHashSet::default());
        for (_, manifest) in project.manifests() {
            if let Manifest::Native(build) = manifest {
                named.extend(&build.named);
                on.extend(&build.on);
            }
        }
        Self { named, on }
    }

    /// Whether a build of this system or a header of its libraries may define a macro that no file of the project
    /// defines.
    pub(super) fn may_define(&self, name: Name) -> bool {
        self.named.contains(&name) || is_of_system(name)
    }

    /// Whether a build file gives the compiler a macro by default.
    pub(super) fn defines(&self, name: Name) -> bool {
        self.on.contains(&name) && !name.as_str().split('_').any(is_exception)
    }

    /// Whether a macro that no file of the project defines is not defined in the usual build: by its name somebody
    /// has to ask for it.
    pub(super) fn leaves_out(&self, name: Name) -> bool {
        let mut words = name.as_str().split('_');
        words.clone().any(is_exception) || !self.named.contains(&name) && words.any(is_extra)
    }
}

/// Whether a macro is named as those of compilers and system headers are, or says that it is for this system.
pub(super) fn is_of_system(name: Name) -> bool {
    const THIS: &[&str] = &["LINUX", "UNIX", "POSIX", "GNU", "GCC", "GLIBC", "X86", "THREAD", "THREADS", "PTHREADS"];
    const BEGINNINGS: &[&str] = &[
        "_", "SIG", "O_", "S_", "F_", "FD_", "SO_", "SOCK_", "AF_", "PF_", "IP", "TCP_", "UDP_", "MSG_", "AI_", "NI_",
        "EAI_", "CLOCK_", "MAP_", "PROT_", "MADV_", "RLIMIT_", "PTHREAD", "FIO", "TIOC", "SIOC", "SEEK_", "AT_", "DT_",
        "SA_", "RTLD_", "LC_", "INT", "UINT", "PRI", "SCN", "PR_", "SYS_", "SCHED_", "POSIX_", "EPOLL", "FS_IOC_",
        "EXT2_", "UF_", "SF_", "ST_", "XATTR_", "LOCK_", "NSIG", "MAX", "PATH_MAX", "NAME_MAX", "IOV_MAX", "FNM_",
        "GLOB_",
    ];
    let name = name.as_str();
    // `EINTR`
    let is_error = name.starts_with('E') && name.bytes().all(|byte| byte.is_ascii_uppercase());
    is_error
        || BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
        || name.split('_').any(|word| THIS.contains(&word))
}

/// Whether a word in a macro's name says that it is off in usual builds, whatever build files offer.
fn is_exception(word: &str) -> bool {
    const BEGINNINGS: &[&str] = &["DEBUG", "TRACE", "FUZZ", "PROFIL", "VALGRIND"];
    const WORDS: &[&str] = &["NO", "OMIT", "DISABLE", "DISABLED", "COVERAGE", "NDEBUG", "PORTABLE"];
    WORDS.contains(&word) || BEGINNINGS.iter().any(|beginning| word.starts_with(beginning))
}

/// Whether a word in a macro's name says that it is off unless a build turns it on.
fn is_extra(word: &str) -> bool {
    const WORDS: &[&str] =
        &["ENABLE", "FORCE", "ONLY", "CHECK", "DUMP", "VERBOSE", "PARANOID", "EXPENSIVE", "EXPERIMENTAL", "UNSAFE"];
    WORDS.contains(&word) || word.starts_with("TEST") || word.starts_with("BENCHMARK")
}
