// SPDX-License-Identifier: GPL-2.0-only
// A folder of the host as a volume: its files that are open, and how names lead to them.
//
//   FILE_OBJECT.FsContext  -> File      one for each file of the host that is open, shared by its openers
//   FILE_OBJECT.FsContext2 -> Opening   one for each open
//
// The volume's lock guards the list of files, their names, sharing and delete state; it is held while
// names are looked up, made, changed or deleted, and never for reading and writing.
#pragma once

#include "base/containers/intrusive_list.hpp"
#include "filesystems/hostfs/names.hpp"
#include "filesystems/hostfs/ninep/client.hpp"

namespace rsl::hostfs {

class Volume;

/// A file or directory of the host while it is open.
struct File {
    explicit File(Volume& owner);
    ~File();
    File(const File&) = delete;

    FSRTL_COMMON_FCB_HEADER header = {};  // first: where NT looks for it
    SECTION_OBJECT_POINTERS sections = {};
    Volume& volume;
    ListHook hook;
    uint64_t id = 0;  // the qid's path
    bool directory = false;
    // Under the volume's lock.
    uint32_t openings = 0;  // Opening objects
    uint32_t handles = 0;   // of which are not cleaned up
    bool delete_pending = false;
    bool unlinked = false;
    SHARE_ACCESS sharing = {};
    HostPath path;
    // Their own.
    FILE_LOCK locks = {};
    ERESOURCE size_lock = {};  // appending, and changes of the size
};

/// Where an enumeration of a directory is.
struct Listing {
    Memory pattern;             // upper case; none: everything
    uint16_t pattern_units = 0;
    bool begun = false;         // pattern fixed
    bool found_any = false;
    uint8_t dots_done = 0;      // of "." and ".."
    Memory chunk;               // raw entries
    uint32_t used = 0, bytes = 0;
    uint64_t next_offset = 0;
    bool at_end = false;
};

struct Opening {
    explicit Opening(File* opened) : file(opened) {}
    File* file;  // nullptr: the volume itself
    Fid fid;
    bool readable = false, writable = false;  // how the fid is open on the host
    bool delete_on_close = false;
    bool delete_at_cleanup = false;  // POSIX semantics: with this handle, not with the last
    Listing listing;
};

/// What a name came to.
struct Resolved {
    Fid fid;  // of what is there
    ninep::Qid qid;
    bool exists = false;
};

class Volume {
  public:
    Volume() { ExInitializeResourceLite(&lock); }
    Client client;
    ERESOURCE lock = {};
    DEVICE_OBJECT* device = nullptr;  // the file system's
    DEVICE_OBJECT* disk = nullptr;    // the named one; its VPB leads to `device`

    /// Follows a path from the top. Names are found without regard to case where there is no exact match;
    /// `path` gets the spelling of the host. Symbolic links of the host are not followed: QEMU does not say
    /// where they lead (STATUS_REPARSE_POINT_NOT_RESOLVED). kObjectPathNotFound when a folder on the way is missing; then exists == false means that
    /// only the last name is. Under the lock.
    enum class Case : uint8_t { kIgnore, kSensitive };
    Result<Resolved> resolve(HostPath& path, Case rule);
    /// The open file with this id, if any. Under the lock.
    File* find(uint64_t id);
    /// It, or a new one with no openings. Under the lock.
    Result<File*> find_or_make(const ninep::Qid& qid, const HostPath& path);
    /// Forgets a file without openings. Under the lock.
    void forget_unused(File& file);
    /// Whether something below a folder is open. Under the lock.
    bool has_open_below(std::string_view folder);
    /// Takes the file's name away on the host. Under the lock.
    Result<void> unlink(File& file);

  private:
    Result<bool> find_spelling(std::string_view folder, std::string_view name, HostPath& path, size_t at);
    IntrusiveList<File, &File::hook> files_;
};

inline Opening& opening_of(FILE_OBJECT& object) { return *static_cast<Opening*>(object.FsContext2); }
inline File* file_of(FILE_OBJECT& object) { return opening_of(object).file; }
inline Volume& volume_of(DEVICE_OBJECT& device) { return **static_cast<Volume**>(device.DeviceExtension); }

}  // namespace rsl::hostfs
