// SPDX-License-Identifier: GPL-2.0-only
// Objects: counted, typed, perhaps named. An object's body is what drivers see (a FILE_OBJECT, a
// DEVICE_OBJECT, a PKTHREAD); our header lies in front of it. A C++ object type derives from
// Object<T>, starts with its NT structure and has no virtual functions, so body and C++ object are
// the same address.
#pragma once

#include <atomic>
#include <cstdint>
#include <new>
#include <span>
#include <string_view>
#include <utility>

#include "abi/types/basic.h"
#include "abi/types/ob.h"
#include "base/containers/intrusive_list.hpp"
#include "base/core/ref.hpp"
#include "base/core/result.hpp"
#include "kernel/mm/pool.hpp"

namespace rsl::ps {
class Process;
}

namespace rsl::ob {

struct ObjectHeader;
struct ParseRequest;

/// One kind of object. A POBJECT_TYPE points at one of these. constinit, never freed.
struct ObjectType {
    const char16_t* name;
    mm::PoolTag pool_tag;
    GENERIC_MAPPING mapping{};
    uint32_t valid_access = 0x001F0000;
    /// Offset in the body of the DISPATCHER_HEADER that waits use, or kNotWaitable, or (with
    /// wait_indirect) of a pointer to one.
    uint32_t wait_offset = kNotWaitable;
    /// Runs when the last reference goes, at PASSIVE_LEVEL (deferred to a worker when dropped
    /// above). Destroys the body; the header is ob's.
    void (*destroy)(void* body) = nullptr;
    /// Runs when a handle closes: process_handles is how many this process had, all_handles in all,
    /// before the close. In the closing process' context, PASSIVE_LEVEL.
    void (*close)(ps::Process& process, void* body, uint32_t process_handles,
                  uint32_t all_handles) = nullptr;
    /// Opens what lies below the object: devices and files take the rest of the path here. Called
    /// with an empty rest too, unless the opener wants an object of this very type and gave no
    /// context.
    int32_t (*parse)(void* body, ParseRequest& request) = nullptr;
    /// Writes the full name where ob cannot know it (files, keys); returns its length in
    /// characters, which may be more than fitted. Runs at PASSIVE_LEVEL.
    size_t (*query_name)(const void* body, std::span<char16_t> out) = nullptr;

    /// For objects whose security descriptor is not in their header: files', which are their device's or their driver's. A copy is
    /// pool memory tagged se::kDescriptorTag, nullptr when there is none. PASSIVE_LEVEL.
    int32_t (*set_security)(void* body, uint32_t which, const void* descriptor) = nullptr;
    int32_t (*copy_security)(void* body, uint32_t which, void** copy) = nullptr;

    /// Bytes of a body that a driver may make with ObCreateObject; 0: only the kernel makes them.
    uint32_t driver_body_bytes = 0;
    /// Runs then, on zeroed memory of at least that size.
    void (*construct_for_driver)(void* body) = nullptr;

    static constexpr uint32_t kNotWaitable = ~0u;
    // Counted and kept by ob. A type is listed from its first object or register_type() on.
    mutable std::atomic<uint32_t> objects = 0;
    mutable std::atomic<uint32_t> handles = 0;
    mutable std::atomic<bool> listed = false;
    mutable const ObjectType* next_listed = nullptr;
};
/// Lists a type under \ObjectTypes and in `rsl inspect` before it has objects.
void register_type(const ObjectType& type);

/// What a parse routine gets, and where it puts the opened object (one reference, for the caller).
struct ParseRequest {
    const ObjectType* wanted_type;  // nullptr: any
    std::u16string_view
        remaining;        // what follows the object's own name, with its leading backslash
    uint32_t attributes;  // OBJ_*
    uint32_t desired_access;
    KPROCESSOR_MODE mode;
    void* context;                      // of the opener: NtCreateFile's open packet
    void* opened = nullptr;
    /// With STATUS_REPARSE: the new full path. Pool memory that ob frees.
    char16_t* reparse = nullptr;
    size_t reparse_length = 0;
};

/// A type as drivers hold it, and back. PsProcessType and kin are such pointers.
inline const ObjectType* from_nt(POBJECT_TYPE type) {
    return reinterpret_cast<const ObjectType*>(type);
}
inline POBJECT_TYPE nt(const ObjectType* type) {
    return reinterpret_cast<POBJECT_TYPE>(const_cast<ObjectType*>(type));
}

/// In front of every body. Opaque outside ob.
struct alignas(16) ObjectHeader {
    std::atomic<int64_t> references;
    std::atomic<int32_t> handles;
    std::atomic<uint32_t> flags;  // kPermanent | kExclusive
    const ObjectType* type;
    struct NameEntry* name;  // nullptr: unnamed. Guarded by the namespace lock
    void* security;          // self-relative descriptor or nullptr; guarded by the security lock
    ObjectHeader* deferred_next;
    uint64_t body_bytes;

    /// Keeps its name when its last handle closes. Otherwise a named object loses it then.
    static constexpr uint32_t kPermanent = 1;
    /// Somebody opened it exclusively: one process only has handles.
    static constexpr uint32_t kExclusive = 2;
    /// A driver made it and has not inserted it yet (create_info.hpp).
    static constexpr uint32_t kCreateInfo = 4;
};
static_assert(sizeof(ObjectHeader) == 64);
inline ObjectHeader& header_of(const void* body) {
    return *(reinterpret_cast<ObjectHeader*>(reinterpret_cast<uintptr_t>(body)) - 1);
}
inline void* body_of(ObjectHeader& header) { return &header + 1; }

/// Adds a reference. Any IRQL.
inline void reference(void* body) {
    header_of(body).references.fetch_add(1, std::memory_order_relaxed);  // the caller holds one
}
/// Adds one unless the last is gone already: for lists that hold none of their own. Any IRQL.
bool try_reference(void* body);
inline void reference(void* body, int64_t count) {
    header_of(body).references.fetch_add(count, std::memory_order_relaxed);
}
/// Drops one (or `count`); destroys at zero. IRQL <= DISPATCH_LEVEL: never blocks.
void dereference(void* body);
void dereference(void* body, int64_t count);
/// The same, but a last reference always destroys in a worker: for callers that hold locks which
/// destroying takes.
void dereference_deferred(void* body);

/// Memory for a header and a zeroed body with one reference.
Result<void*> allocate_object(const ObjectType& type, uint64_t body_bytes);

/// What our object types derive from. T has `static constinit ObjectType kType` (non-const:
/// counted).
template <typename T>
class Object {
  public:
    void add_reference() { reference(static_cast<T*>(this)); }
    void drop_reference() { dereference(static_cast<T*>(this)); }
};

/// Makes a T with `extra_bytes` behind it. T::kType.destroy must be &destroy_object<T>.
template <typename T, typename... Arguments>
Result<Ref<T>> make_object(uint64_t extra_bytes, Arguments&&... arguments) {
    void* body = RSL_TRY(allocate_object(T::kType, sizeof(T) + extra_bytes));
    return Ref<T>::adopt(::new (body) T(std::forward<Arguments>(arguments)...));
}
template <typename T>
void destroy_object(void* body) {
    static_cast<T*>(body)->~T();
}
template <typename T>
bool is_a(const void* body) {
    return header_of(body).type == &T::kType;
}

// ---- Names (docs/nt/objects.md)
// ------------------------------------------------------------------

/// Puts an object at a path; directories on the way must exist. OBJ_PERMANENT in `attributes` keeps
/// the name when the last handle closes. kObjectNameCollision, kObjectPathNotFound,
/// kObjectNameInvalid.
Result<void> insert_name(void* body, std::u16string_view path, uint32_t attributes);
/// Takes the name away (the object lives on while referenced). Nothing happens to an unnamed
/// object.
void remove_name(void* body);
/// Follows symbolic links and parse routines. One reference for the caller.
Result<void*> open_path(std::u16string_view path, const ObjectType* type, uint32_t attributes,
                        uint32_t desired_access, KPROCESSOR_MODE mode, void* parse_context);
/// The same from `root` (a directory, or an object with a parse routine) when it is not nullptr;
/// `path` is then relative and does not begin with a backslash.
Result<void*> open_relative(void* root, std::u16string_view path, const ObjectType* type,
                            uint32_t attributes, uint32_t desired_access, KPROCESSOR_MODE mode,
                            void* parse_context);
/// Writes the full path of a named object; returns its length in characters (0: unnamed), which may
/// be more than fitted.
size_t path_of(const void* body, std::span<char16_t> out);

/// A symbolic link object that leads to `target`, not yet named.
Result<void*> create_symbolic_link(std::u16string_view target);
/// Makes \a\b of a link's name and target at once, permanent (IoCreateSymbolicLink).
Result<void> insert_symbolic_link(std::u16string_view path, std::u16string_view target);
/// Takes a link's name away. kObjectTypeMismatch when the path is no link (IoDeleteSymbolicLink).
Result<void> remove_symbolic_link(std::u16string_view path);

// ---- Handles
// -------------------------------------------------------------------------------------

/// One process' handles. Values are multiples of 4. Kernel handles live in the system process'
/// table and have the top bits set. IRQL: insert and close PASSIVE_LEVEL or APC_LEVEL, lookup any
/// up to DISPATCH_LEVEL.
class HandleTable {
  public:
    static Result<HandleTable*> create(ps::Process& owner);
    /// Handles' values are above `value`, a multiple of 4, from now on. Before there is any.
    void begin_above(uint64_t value);
    /// Closes every handle left (process exit); later calls find nothing. PASSIVE_LEVEL.
    void close_all();
    /// close_all(), then frees the table.
    void destroy();
    /// Adds a handle; the table takes its own reference. Attributes: OBJ_INHERIT. No access check,
    /// no callbacks: create_handle() has both.
    Result<HANDLE> insert(void* body, uint32_t granted_access, uint32_t attributes);
    Result<void> close(HANDLE handle, KPROCESSOR_MODE mode);
    /// One reference on the object. kInvalidHandle, kObjectTypeMismatch, kAccessDenied.
    Result<void*> lookup(HANDLE handle, const ObjectType* type, uint32_t desired_access,
                         KPROCESSOR_MODE mode, OBJECT_HANDLE_INFORMATION* information = nullptr);
    /// OBJ_INHERIT and OBJ_PROTECT_CLOSE of a handle.
    Result<void> set_attributes(HANDLE handle, uint32_t attributes);
    uint32_t count() const;

    /// OBJ_PROTECT_CLOSE in OBJECT_HANDLE_INFORMATION.HandleAttributes.
    static constexpr uint32_t kProtectClose = 0x1;

    /// One handle as for_each() shows it.
    struct Entry {
        HANDLE handle;
        const void* body;  // borrowed: it may go away; compare it, do not follow it
        uint32_t granted_access;
        uint32_t attributes;
    };
    void for_each(void (*visit)(const Entry& entry, void* context), void* context);

  private:
    struct Implementation;
    HandleTable() = default;
    ~HandleTable() = default;
};

/// The table and bare handle that `handle` means for the running thread (kernel handles: the system
/// process' table), then as above. Pseudo handles -1 and -2 work.
Result<void*> reference_handle(HANDLE handle, const ObjectType* type, uint32_t desired_access,
                               KPROCESSOR_MODE mode,
                               OBJECT_HANDLE_INFORMATION* information = nullptr);
/// The same, compiled into its caller: for the road of a request.
Result<void*> reference_handle_inline(HANDLE handle, const ObjectType* type, uint32_t desired_access, KPROCESSOR_MODE mode,
                                      OBJECT_HANDLE_INFORMATION* information);
/// A handle with `granted_access` as it is. OBJ_KERNEL_HANDLE puts it into the system process'
/// table, otherwise it goes to the current process'.
Result<HANDLE> insert_handle(void* body, uint32_t granted_access, uint32_t attributes);
/// A handle on behalf of `mode`: maps generic rights, checks the object's security for a user, runs
/// the callbacks of ObRegisterCallbacks. What opening by name or pointer ends with.
Result<HANDLE> create_handle(void* body, uint32_t desired_access, uint32_t attributes,
                             KPROCESSOR_MODE mode);
Result<void> close_handle(HANDLE handle, KPROCESSOR_MODE mode);
/// OBJ_INHERIT and HandleTable::kProtectClose of a handle, replaced.
Result<void> set_handle_attributes(HANDLE handle, uint32_t attributes, KPROCESSOR_MODE mode);
bool is_kernel_handle(HANDLE handle);

/// Owns a kernel handle.
class UniqueHandle {
  public:
    explicit UniqueHandle(HANDLE handle = nullptr) : handle_(handle) {}
    UniqueHandle(UniqueHandle&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    UniqueHandle& operator=(UniqueHandle other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }
    ~UniqueHandle() {
        if (handle_ != nullptr) close_handle(handle_, KernelMode).ignore("owned, so it is open");
    }
    HANDLE get() const { return handle_; }
    explicit operator bool() const { return handle_ != nullptr; }
    [[nodiscard]] HANDLE release() { return std::exchange(handle_, nullptr); }

  private:
    HANDLE handle_;
};

}  // namespace rsl::ob
