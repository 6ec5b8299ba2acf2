// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/cm/hives.hpp"

#include <cstring>

#include "abi/functions/ex.h"
#include "abi/functions/io.h"
#include "abi/functions/ke.h"
#include "abi/functions/ob.h"
#include "abi/types/fsrtl.h"
#include "abi/types/status.h"
#include "kernel/cm/hive/reader.hpp"
#include "kernel/cm/hive/writer.hpp"
#include "kernel/cm/registry.hpp"
#include "kernel/ke/clock.hpp"
#include "kernel/ke/log.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/rtl/format.hpp"

namespace rsl::cm {
namespace {

constexpr mm::PoolTag kTag = mm::pool_tag("CmHi");
constexpr std::u16string_view kVolume = u"\\Device\\RegistryVolume\\";
/// How long a change waits for more of them.
constexpr int64_t kLazyDelay = -10'000'000;  // 1 s
constexpr size_t kMostHiveFile = 256u << 20;

/// One file of the registry.
struct Hive : HiveMark {
    std::u16string_view name;  // of the file, and of the key below MACHINE
    std::u16string_view key;
    Key* root = nullptr;       // set once the hive is kept
    bool backed_up = false;    // the file of the last run is safe
    bool existed = false;
    uint32_t sequence = 0;     // of the last writing
    uint64_t written = 0;      // `changes` then
};
constinit Hive hives[2] = {};

constinit KTIMER lazy_timer = {};
constinit KDPC lazy_dpc = {};
constinit WORK_QUEUE_ITEM lazy_work = {};
constinit std::atomic<bool> lazy_armed = false;
/// One writing at a time; taken before the registry lock.
alignas(ke::Mutex) constinit std::byte write_lock_memory[sizeof(ke::Mutex)] = {};
ke::Mutex& write_lock() { return *std::launder(reinterpret_cast<ke::Mutex*>(write_lock_memory)); }

/// \Device\RegistryVolume\NAME with a suffix.
struct FilePath {
    FilePath(std::u16string_view name, std::u16string_view suffix) {
        for (const auto part : {kVolume, name, suffix}) length += part.copy(text + length, std::size(text) - length);
        string = {static_cast<USHORT>(length * 2), static_cast<USHORT>(length * 2), text};
        attributes = {sizeof(attributes), nullptr, &string, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, nullptr, nullptr};
    }
    FilePath(const FilePath&) = delete;
    char16_t text[64];
    size_t length = 0;
    UNICODE_STRING string;
    OBJECT_ATTRIBUTES attributes;
};

class File {
  public:
    ~File() {
        if (handle_ != nullptr) ZwClose(handle_);
    }
    File() = default;
    File(const File&) = delete;
    Result<void> open(FilePath& path, ACCESS_MASK access, ULONG disposition) {
        IO_STATUS_BLOCK status = {};
        return outcome(ZwCreateFile(&handle_, access | SYNCHRONIZE, &path.attributes, &status, nullptr, 0, FILE_SHARE_READ,
                                    disposition, FILE_SYNCHRONOUS_IO_NONALERT | FILE_NON_DIRECTORY_FILE, nullptr, 0));
    }
    Result<size_t> bytes() {
        IO_STATUS_BLOCK status = {};
        FILE_STANDARD_INFORMATION size = {};
        RSL_TRY(outcome(ZwQueryInformationFile(handle_, &status, &size, sizeof(size), FileStandardInformation)));
        return static_cast<size_t>(size.EndOfFile.QuadPart);
    }
    Result<void> read(void* to, size_t count) {
        IO_STATUS_BLOCK status = {};
        LARGE_INTEGER offset = {};
        RSL_TRY(outcome(ZwReadFile(handle_, nullptr, nullptr, nullptr, &status, to, static_cast<ULONG>(count), &offset, nullptr)));
        return status.Information == count ? Result<void>() : Result<void>(Status::kEndOfFile);
    }
    Result<void> write(const void* from, size_t count) {
        IO_STATUS_BLOCK status = {};
        LARGE_INTEGER offset = {};
        RSL_TRY(outcome(ZwWriteFile(handle_, nullptr, nullptr, nullptr, &status, const_cast<void*>(from), static_cast<ULONG>(count), &offset, nullptr)));
        if (status.Information != count) return Status(STATUS_DISK_FULL);
        return outcome(ZwFlushBuffersFile(handle_, &status));
    }
    /// To another name in the same folder, over what is there.
    Result<void> rename(std::u16string_view name, std::u16string_view suffix) {
        struct {
            FILE_RENAME_INFORMATION head;
            char16_t more[64];
        } to = {};
        to.head.ReplaceIfExists = TRUE;
        size_t length = name.copy(to.head.FileName, 32);
        length += suffix.copy(to.head.FileName + length, 32);
        to.head.FileNameLength = static_cast<ULONG>(length * sizeof(char16_t));
        IO_STATUS_BLOCK status = {};
        return outcome(ZwSetInformationFile(handle_, &status, &to, sizeof(to), FileRenameInformation));
    }

  private:
    static Result<void> outcome(NTSTATUS status) { return status < 0 ? Result<void>(Status(status)) : Result<void>(); }
    HANDLE handle_ = nullptr;
};

/// Writes a whole file under a name of its own and gives it its name when it is on the host's disk.
Result<void> replace_file(std::u16string_view name, std::u16string_view suffix, std::span<const std::byte> bytes) {
    FilePath fresh(name, u".new");
    File file;
    RSL_TRY(file.open(fresh, FILE_GENERIC_WRITE | FILE_GENERIC_READ | DELETE, FILE_OVERWRITE_IF));
    RSL_TRY(file.write(bytes.data(), bytes.size()));
    return file.rename(name, suffix);
}

/// What a whole file holds. Empty memory: there is no such file.
struct Contents {
    std::byte* at = nullptr;
    size_t bytes = 0;
    Contents() = default;
    Contents(Contents&& other) noexcept : at(std::exchange(other.at, nullptr)), bytes(other.bytes) {}
    ~Contents() {
        if (at != nullptr) mm::free(at);
    }
};
Result<Contents> read_file(std::u16string_view name) {
    FilePath path(name, u"");
    File file;
    Contents contents;
    auto opened = file.open(path, FILE_GENERIC_READ, FILE_OPEN);
    if (!opened && opened.failure() == Status::kObjectNameNotFound) return contents;
    if (!opened) return opened.failure();
    contents.bytes = RSL_TRY(file.bytes());
    if (contents.bytes > kMostHiveFile) return Status(STATUS_SYSTEM_HIVE_TOO_LARGE);
    contents.at = static_cast<std::byte*>(mm::allocate(contents.bytes + 1, kTag));
    if (contents.at == nullptr) return Status::kInsufficientResources;
    if (contents.bytes != 0) RSL_TRY(file.read(contents.at, contents.bytes));
    return contents;
}

/// The file as this VM found it gets another name, once.
Result<void> back_up(Hive& hive) {
    if (hive.backed_up || !hive.existed) return {};
    const Contents contents = RSL_TRY(read_file(hive.name));
    if (contents.at != nullptr) RSL_TRY(replace_file(hive.name, u".bak", {contents.at, contents.bytes}));
    hive.backed_up = true;
    return {};
}

Result<void> write_hive(Hive& hive) {
    ke::MutexGuard one_at_a_time{write_lock()};
    if (hive.root == nullptr) return {};
    uint64_t changes = 0;
    auto image = [&]() -> Result<hive::Image> {
        ke::MutexGuard guard{registry_lock()};
        changes = hive.changes;
        if (changes == hive.written) return hive::Image();
        return hive::write(*hive.root, {hive.name, hive.sequence + 1, static_cast<int64_t>(ke::system_time_now())});
    }();
    if (!image) return image.failure();
    if (image->bytes().empty()) return {};  // nothing has changed
    RSL_TRY(back_up(hive));
    RSL_TRY(replace_file(hive.name, u"", image->bytes()));
    ++hive.sequence;
    hive.written = changes;
    return {};
}

void log_failure(const Hive& hive, Status status) {
    UNICODE_STRING name = {static_cast<USHORT>(hive.name.size() * 2), static_cast<USHORT>(hive.name.size() * 2), const_cast<WCHAR*>(hive.name.data())};
    ke::log(ke::LogLevel::kError, "the registry hive %wZ could not be written (0x%08x); what changed is kept in memory and tried again with the next change",
            &name, static_cast<unsigned>(status.nt()));
}

VOID NTAPI lazy_write(PVOID) {
    lazy_armed.store(false, std::memory_order_release);  // pairs with on_change(): later changes arm it again
    for (Hive& hive : hives) {
        if (auto written = write_hive(hive); !written) log_failure(hive, written.failure());
    }
}
VOID NTAPI lazy_expired(PKDPC, PVOID, PVOID, PVOID) { ExQueueWorkItem(&lazy_work, DelayedWorkQueue); }

/// Under the registry lock.
void on_change(HiveMark&) {
    if (lazy_armed.exchange(true, std::memory_order_acq_rel)) return;  // pairs with lazy_write()
    LARGE_INTEGER due{.QuadPart = kLazyDelay};
    KeSetTimer(&lazy_timer, due, &lazy_dpc);
}

constinit char problem_text[400] = {};

/// A hive's file, into the keys that are there.
Result<void> load(Hive& hive, const char*& why) {
    auto contents = read_file(hive.name);
    const char* plain_name = hive.name == u"SYSTEM" ? "SYSTEM" : "SOFTWARE";
    if (!contents) {
        rtl::print_text(problem_text, sizeof(problem_text), "the registry hive %s cannot be read (0x%08x)", plain_name,
                        static_cast<unsigned>(contents.failure().nt()));
        why = problem_text;
        return contents.failure();
    }
    const auto object = RSL_TRY(make_key(hive.key));
    ke::MutexGuard guard{registry_lock()};
    Key& root = object->key();
    if (contents->at != nullptr) {
        hive::Problem problem;
        const std::span<const std::byte> file(contents->at, contents->bytes);
        if (auto read = hive::read(file, root, problem); !read) {
            rtl::print_text(problem_text, sizeof(problem_text),
                            "the registry hive %s is damaged: %s (at byte %u). It was left as it is. In the VM's registry folder, put "
                            "%s.bak in its place (the hive as it was one start earlier), or remove it to begin with a new registry",
                            plain_name, problem.what != nullptr ? problem.what : "there is no memory for it", problem.offset, plain_name);
            why = problem_text;
            return read.failure();
        }
        hive.existed = true;
        hive.sequence = hive::sequence_of(file);
    }
    hive.root = &root;
    root.add_reference();
    hive.changed = &on_change;
    root.set_hive(&hive);
    hive.written = hive.changes;
    if (contents->at == nullptr) root.note_change();  // a new hive is written soon
    return {};
}

}  // namespace

Result<void> load_hives(const char*& why) {
    hives[0].name = u"SYSTEM";
    hives[0].key = u"\\Registry\\Machine\\SYSTEM";
    hives[1].name = u"SOFTWARE";
    hives[1].key = u"\\Registry\\Machine\\SOFTWARE";
    ::new (static_cast<void*>(write_lock_memory)) ke::Mutex;
    KeInitializeTimer(&lazy_timer);
    KeInitializeDpc(&lazy_dpc, &lazy_expired, nullptr);
    lazy_work = {.List = {}, .WorkerRoutine = &lazy_write, .Parameter = nullptr};
    why = "the registry's volume cannot be opened";
    FilePath volume(u"", u"");
    HANDLE folder = nullptr;
    IO_STATUS_BLOCK status = {};
    const NTSTATUS opened = ZwOpenFile(&folder, FILE_READ_ATTRIBUTES | SYNCHRONIZE, &volume.attributes, &status,
                                       FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_DIRECTORY_FILE);
    if (opened == STATUS_OBJECT_NAME_NOT_FOUND || opened == STATUS_OBJECT_PATH_NOT_FOUND) return {};  // nothing is to be kept
    if (opened < 0) return Status(opened);
    ZwClose(folder);
    for (Hive& hive : hives) RSL_TRY(load(hive, why));
    return {};
}

Result<void> flush_hives() {
    Result<void> outcome;
    for (Hive& hive : hives) {
        if (hive.root == nullptr) continue;
        if (auto written = write_hive(hive); !written) {
            log_failure(hive, written.failure());
            outcome = written;
        }
    }
    return outcome;
}

Result<void> flush_hive_of(const Key& key) {
    Hive* found = nullptr;
    {
        ke::MutexGuard guard{registry_lock()};
        for (const Key* at = &key; at != nullptr && found == nullptr; at = at->parent()) found = static_cast<Hive*>(at->hive());
    }
    if (found == nullptr) return {};
    if (auto written = write_hive(*found); !written) {
        log_failure(*found, written.failure());
        return Status(STATUS_REGISTRY_IO_FAILED);
    }
    return {};
}

}  // namespace rsl::cm
