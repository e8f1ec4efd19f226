//! The layer over SQLite's own access to files: the only unsafe code of the project. SQLite hands out a pointer to a file
//! structure whose size we named; ours stands at its beginning, the one of the layer below behind it.

use crate::{Before, Kind, Operation, Watched, taken_away, watching};
use rusqlite::ffi;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Arc, Once};

/// SQLite's own layer.
static BELOW: AtomicPtr<ffi::sqlite3_vfs> = AtomicPtr::new(null_mut());

/// What SQLite calls for an open file. Version 2: with shared memory, without mapped files, which SQLite uses only if asked.
static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// Our part of a file structure.
#[repr(C)]
struct File {
    /// Has to be first: all that SQLite knows of.
    head: ffi::sqlite3_file,
    watched: Option<Handle>,
}

struct Handle {
    by: Arc<Watched>,
    file: usize,
    /// A sync with something to write has failed on this very handle.
    is_distrusted: bool,
}

/// Puts the layer over SQLite's own for everything that is opened from now on, in the whole program. Once is enough.
pub fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: SQLite's own layer is registered at its initialisation, which this call makes happen, and never taken away.
        let below = unsafe { ffi::sqlite3_vfs_find(null()) };
        BELOW.store(below, Ordering::SeqCst);
        // SAFETY: as above, it is there and does not change.
        let mut ours = unsafe { *below };
        ours.szOsFile += c_int::try_from(size_of::<File>()).expect("a small structure");
        ours.pNext = null_mut();
        ours.zName = c"boothpay-iofault".as_ptr();
        ours.xOpen = Some(open);
        ours.xDelete = Some(delete);
        // Everything else is the layer's below, which finds its own data in the copy.
        // SAFETY: the structure and all it points to live as long as the program.
        let code = unsafe { ffi::sqlite3_vfs_register(Box::leak(Box::new(ours)), 1) };
        assert_eq!(code, ffi::SQLITE_OK, "SQLite takes no layer");
    });
}

/// The layer's below part of the same file structure.
fn below(file: *mut ffi::sqlite3_file) -> *mut ffi::sqlite3_file {
    // SAFETY: `file` points to `szOsFile` bytes, which are the size of our part and of the one below.
    unsafe { file.byte_add(size_of::<File>()) }
}

/// Calls a method of the layer below.
macro_rules! forward {
    ($file:expr, $method:ident $(, $argument:expr)*) => {{
        let file = below($file);
        // SAFETY: SQLite calls methods only of files that `open` has opened, below as well, and passes what they need.
        unsafe { (*(*file).pMethods).$method.map_or(ffi::SQLITE_IOERR, |method| method(file $(, $argument)*)) }
    }};
}

/// Our part of an open file.
///
/// # Safety
/// `file` is open, and nobody else looks at it now: SQLite never uses one file from two threads at once.
unsafe fn handle<'a>(file: *mut ffi::sqlite3_file) -> Option<&'a mut Handle> {
    // SAFETY: `open` has written our part; the caller promises the rest.
    unsafe { (*file.cast::<File>()).watched.as_mut() }
}

/// Counts an operation on an open file; how it has to fail, if it has to.
fn fate(file: *mut ffi::sqlite3_file, operation: Operation) -> Option<Kind> {
    // SAFETY: only methods of open files come here, one at a time.
    unsafe { handle(file) }.and_then(|handle| handle.by.fate(operation))
}

unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    flags_out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite's memory for the file; without methods it counts as not opened.
    unsafe { (*file).pMethods = null() };
    // SAFETY: a name, where there is one, is a C string that outlives this call.
    let path = (!name.is_null()).then(|| unsafe { CStr::from_ptr(name) }.to_bytes());
    let watched = path.and_then(|path| Some((watching(path)?, path)));
    let watched = watched.map(|(by, path)| Handle { file: by.file(path), by, is_distrusted: false });
    if watched.as_ref().is_some_and(|handle| handle.by.fate(Operation::OpenFile).is_some()) {
        return ffi::SQLITE_CANTOPEN;
    }
    let layer = BELOW.load(Ordering::SeqCst);
    // SAFETY: the layer below gets its own part of the structure, and everything else as SQLite passed it.
    let code = unsafe { (*layer).xOpen.map_or(ffi::SQLITE_ERROR, |it| it(layer, name, below(file), flags, flags_out)) };
    if code == ffi::SQLITE_OK {
        let ours = File { head: ffi::sqlite3_file { pMethods: &raw const METHODS }, watched };
        // SAFETY: the beginning of SQLite's memory for the file, as large and aligned as it asked us to say.
        unsafe { file.cast::<File>().write(ours) };
    }
    code
}

unsafe extern "C" fn delete(_: *mut ffi::sqlite3_vfs, name: *const c_char, sync_folder: c_int) -> c_int {
    // SAFETY: a C string that outlives this call.
    let watched = watching(unsafe { CStr::from_ptr(name) }.to_bytes());
    if watched.is_some_and(|by| by.fate(Operation::Delete).is_some()) {
        return ffi::SQLITE_IOERR_DELETE;
    }
    let layer = BELOW.load(Ordering::SeqCst);
    // SAFETY: passed on as it came.
    unsafe { (*layer).xDelete.map_or(ffi::SQLITE_ERROR, |it| it(layer, name, sync_folder)) }
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    let code = forward!(file, xClose);
    // SAFETY: SQLite never uses a file again that it has closed, so our part ends here.
    unsafe { (*file.cast::<File>()).watched = None };
    code
}

unsafe extern "C" fn read(file: *mut ffi::sqlite3_file, to: *mut c_void, length: c_int, offset: i64) -> c_int {
    match fate(file, Operation::ReadBytes) {
        Some(_) => ffi::SQLITE_IOERR_READ,
        None => forward!(file, xRead, to, length, offset),
    }
}

unsafe extern "C" fn write(file: *mut ffi::sqlite3_file, from: *const c_void, length: c_int, offset: i64) -> c_int {
    note(file, offset, Some(i64::from(length)));
    match fate(file, Operation::WriteBytes) {
        Some(Kind::ShortWrite) => {
            let _ = forward!(file, xWrite, from, length / 2, offset);
            ffi::SQLITE_FULL
        }
        Some(Kind::Full) => ffi::SQLITE_FULL,
        Some(_) => ffi::SQLITE_IOERR_WRITE,
        None => forward!(file, xWrite, from, length, offset),
    }
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: i64) -> c_int {
    note(file, size, None);
    match fate(file, Operation::Truncate) {
        Some(_) => ffi::SQLITE_IOERR_TRUNCATE,
        None => forward!(file, xTruncate, size),
    }
}

/// Notes that a part of a file is about to change, or, without a length, to be cut off.
fn note(file: *mut ffi::sqlite3_file, offset: i64, length: Option<i64>) {
    // SAFETY: only methods of open files come here, one at a time.
    let Some(handle) = (unsafe { handle(file) }) else { return };
    let before = handle.by.keeps_what_was_before().then(|| {
        let mut size = 0;
        let _ = forward!(file, xFileSize, &raw mut size);
        let taken = taken_away(offset, length, size);
        let mut bytes = vec![0_u8; usize::try_from(taken.end - taken.start).unwrap_or(0)];
        let count = c_int::try_from(bytes.len()).unwrap_or(0);
        let _ = forward!(file, xRead, bytes.as_mut_ptr().cast(), count, offset);
        Before { offset, bytes, size }
    });
    handle.by.written(handle.file, before, handle.is_distrusted);
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    // SAFETY: SQLite calls methods of open files only, one at a time.
    let Some(handle) = (unsafe { handle(file) }) else { return ffi::SQLITE_OK };
    let Some(kind) = handle.by.fate(Operation::SyncFile) else {
        handle.by.synced(handle.file);
        return ffi::SQLITE_OK;
    };
    let (had_something_to_write, before) = handle.by.sync_failed(handle.file);
    handle.is_distrusted |= had_something_to_write;
    if kind == Kind::LostSync {
        for Before { offset, bytes, size } in before.into_iter().rev() {
            let count = c_int::try_from(bytes.len()).unwrap_or(0);
            let _ = forward!(file, xWrite, bytes.as_ptr().cast(), count, offset);
            let _ = forward!(file, xTruncate, size);
        }
    }
    ffi::SQLITE_IOERR_FSYNC
}

unsafe extern "C" fn file_size(file: *mut ffi::sqlite3_file, size: *mut i64) -> c_int {
    match fate(file, Operation::Size) {
        Some(_) => ffi::SQLITE_IOERR_FSTAT,
        None => forward!(file, xFileSize, size),
    }
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    match fate(file, Operation::FileLock) {
        Some(_) => ffi::SQLITE_IOERR_LOCK,
        None => forward!(file, xLock, level),
    }
}

unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    forward!(file, xUnlock, level)
}

unsafe extern "C" fn check_reserved_lock(file: *mut ffi::sqlite3_file, is_taken: *mut c_int) -> c_int {
    forward!(file, xCheckReservedLock, is_taken)
}

unsafe extern "C" fn file_control(file: *mut ffi::sqlite3_file, operation: c_int, argument: *mut c_void) -> c_int {
    forward!(file, xFileControl, operation, argument)
}

unsafe extern "C" fn sector_size(file: *mut ffi::sqlite3_file) -> c_int {
    forward!(file, xSectorSize)
}

unsafe extern "C" fn device_characteristics(file: *mut ffi::sqlite3_file) -> c_int {
    forward!(file, xDeviceCharacteristics)
}

unsafe extern "C" fn shm_map(
    file: *mut ffi::sqlite3_file,
    region: c_int,
    size: c_int,
    extend: c_int,
    to: *mut *mut c_void,
) -> c_int {
    match fate(file, Operation::SharedMap) {
        Some(_) => {
            // SAFETY: SQLite's memory for the answer. No region is none.
            unsafe { *to = null_mut() };
            ffi::SQLITE_IOERR_SHMMAP
        }
        None => forward!(file, xShmMap, region, size, extend, to),
    }
}

unsafe extern "C" fn shm_lock(file: *mut ffi::sqlite3_file, offset: c_int, count: c_int, flags: c_int) -> c_int {
    let takes = flags & ffi::SQLITE_SHM_LOCK != 0;
    match takes.then(|| fate(file, Operation::SharedLock)).flatten() {
        Some(_) => ffi::SQLITE_IOERR_SHMLOCK,
        None => forward!(file, xShmLock, offset, count, flags),
    }
}

unsafe extern "C" fn shm_barrier(file: *mut ffi::sqlite3_file) {
    let file = below(file);
    // SAFETY: as for every method that is passed on.
    unsafe {
        if let Some(barrier) = (*(*file).pMethods).xShmBarrier {
            barrier(file);
        }
    }
}

unsafe extern "C" fn shm_unmap(file: *mut ffi::sqlite3_file, also_delete: c_int) -> c_int {
    forward!(file, xShmUnmap, also_delete)
}
