//! Whose a file is, and who may do what with it. Root works for other users too: what it makes beside a database has to be of whoever
//! runs the server, or the server may not write it. On Windows a new file has the rights of its folder, which is what is wanted.

pub use system::{Rights, for_owner};

#[cfg(unix)]
mod system {
    use std::fs::{self, File, OpenOptions, Permissions};
    use std::io;
    use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
    use std::path::Path;

    /// Reading, writing and running, for everybody.
    const ALL: u32 = 0o777;
    /// What whoever makes a file needs himself.
    const OWN: u32 = 0o600;
    /// What the group may do; its writing, and everybody's.
    const GROUP: u32 = 0o070;
    const GROUP_WRITES: u32 = 0o020;
    const ALL_WRITE: u32 = 0o002;

    /// For a new file that only its owner may read: it holds links, or second factors. One that is there already keeps what it has.
    pub fn for_owner() -> OpenOptions {
        let mut options = OpenOptions::new();
        options.mode(OWN);
        options
    }

    /// A file's owner, group and mode.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Rights {
        owner: u32,
        group: u32,
        mode: u32,
    }

    impl Rights {
        /// Those of a file.
        pub fn of(file: &Path) -> io::Result<Self> {
            let found = fs::metadata(file)?;
            Ok(Self { owner: found.uid(), group: found.gid(), mode: found.mode() & ALL })
        }

        /// Those of a first file in a folder: it is of whoever the folder is, and nobody else reads it.
        pub fn in_folder(folder: &Path) -> io::Result<Self> {
            Ok(Self { mode: OWN, ..Self::of(folder)? })
        }

        /// Gives them to a file that was just made, as far as whoever runs this may. It is named by its handle: its name may lead
        /// somewhere else by now.
        pub fn give(&self, made: &File) -> io::Result<()> {
            let now = made.metadata()?;
            if (now.uid(), now.gid()) != (self.owner, self.group) {
                // Root gives files away; others give them to a group of theirs. File systems of memory sticks know neither.
                let _ =
                    fchown(made, Some(self.owner), Some(self.group)).or_else(|_| fchown(made, None, Some(self.group)));
            }
            // After the owner, because a change of the owner takes rights away.
            let same_group = made.metadata()?.gid() == self.group;
            let mode = if same_group { self.mode } else { self.mode & !GROUP };
            let _ = made.set_permissions(Permissions::from_mode(mode | OWN));
            Ok(())
        }

        /// Whether whoever writes a file with the other rights writes one with these, too.
        pub fn suit(&self, other: &Self) -> bool {
            let lets = |bit: u32| self.mode & bit != 0;
            self.owner == other.owner || (self.group == other.group && lets(GROUP_WRITES)) || lets(ALL_WRITE)
        }
    }
}

#[cfg(not(unix))]
mod system {
    use std::fs::{File, OpenOptions};
    use std::io;
    use std::path::Path;

    /// For a new file; it has the rights of its folder.
    pub fn for_owner() -> OpenOptions {
        OpenOptions::new()
    }

    /// Nothing that has to be said here.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Rights;

    impl Rights {
        /// Those of a file.
        pub fn of(_: &Path) -> io::Result<Self> {
            Ok(Self)
        }

        /// Those of a first file in a folder.
        pub fn in_folder(_: &Path) -> io::Result<Self> {
            Ok(Self)
        }

        /// Gives them to a file that was just made.
        pub fn give(&self, _: &File) -> io::Result<()> {
            Ok(())
        }

        /// Whether whoever writes a file with the other rights writes one with these, too.
        pub fn suit(&self, _: &Self) -> bool {
            true
        }
    }
}
