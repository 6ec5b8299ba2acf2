// SPDX-License-Identifier: GPL-2.0-only
// Paths: walking them, putting names there, and the directories that exist from the start.
#include <algorithm>
#include <cstring>

#include "abi/types/status.h"
#include "kernel/ob/directory.hpp"
#include "kernel/ob/startup.hpp"
#include "kernel/ob/symbolic_link.hpp"
#include "kernel/ob/types.hpp"
#include "kernel/ob/walk.hpp"

namespace rsl::ob {
namespace {

constexpr mm::PoolTag kPathTag = mm::pool_tag("ObPa");
/// What most names of devices begin with: walked to once, and no link to follow each time.
constexpr std::u16string_view kDosDevices = u"\\??\\";
constinit Directory* dos_devices = nullptr;  // \GLOBAL??
/// Links that one path may lead through. Loops end here.
constexpr uint32_t kMaxReparses = 32;

/// A path made while walking. Owns its characters.
class PathBuffer {
  public:
    PathBuffer() = default;
    PathBuffer(const PathBuffer&) = delete;
    PathBuffer& operator=(const PathBuffer&) = delete;
    ~PathBuffer() { mm::free(text_); }
    void adopt(char16_t* text) {
        mm::free(text_);
        text_ = text;
    }

  private:
    char16_t* text_ = nullptr;
};

class Walker {
  public:
    explicit Walker(const WalkRequest& request) : request_(request), path_(request.path) {}

    Result<void*> run() {
        RSL_TRY(begin());
        if (may_be_cached()) look_into_cache();
        for (;;) {
            if (is_a<Directory>(current_.get())) {
                if (rest_.empty()) return finish();
                RSL_TRY(descend());
                if (inserted_) return request_.to_insert;
            } else if (is_a<SymbolicLink>(current_.get()) && !wants_link_itself()) {
                RSL_TRY(follow_link());
            } else if (walk_to_cache_ != 0 && rest_.empty()) {
                remember();
            } else if (header_of(current_.get()).type->parse != nullptr && !wants_object_itself()) {
                void* opened = RSL_TRY(parse());
                if (opened != nullptr) return checked(opened);
            } else if (!rest_.empty()) {
                return Status::kObjectPathNotFound;
            } else {
                return finish();
            }
        }
    }

  private:
    struct Body {  // counts for Ref: any object at all
        void add_reference() { reference(this); }
        void drop_reference() { dereference(this); }
    };

    Result<void> begin() {
        if (request_.root == nullptr) {
            if (path_.empty() || path_.front() != u'\\') return Status::kObjectPathSyntaxBad;
            return from_root(path_);
        }
        if (!path_.empty() && path_.front() == u'\\') return Status::kObjectPathSyntaxBad;
        current_ = Ref<Body>(*static_cast<Body*>(request_.root));
        rest_ = path_;
        return {};
    }
    Result<void> from_root(std::u16string_view path) {
        if (path.empty() || path.front() != u'\\') return Status::kObjectPathSyntaxBad;
        path_ = path;
        if (dos_devices != nullptr && path.starts_with(kDosDevices)) {
            current_ = Ref<Body>(*reinterpret_cast<Body*>(dos_devices));
            rest_ = path.substr(kDosDevices.size() - 1);
            return {};
        }
        current_ = Ref<Body>(*reinterpret_cast<Body*>(&root_directory()));
        rest_ = path == u"\\" ? std::u16string_view{} : path;
        return {};
    }

    /// Whether the whole path leads to one object, links followed, whoever asks and whatever for.
    bool may_be_cached() const {
        return request_.root == nullptr && request_.to_insert == nullptr &&
               (request_.attributes & (OBJ_OPENLINK | OBJ_DONT_REPARSE)) == 0 &&
               request_.wanted_type != &SymbolicLink::kType;
    }
    void look_into_cache() {
        ke::InterruptLockGuard guard{namespace_lock};
        ObjectHeader* object = path_cache.find(path_);
        if (object == nullptr) {
            walk_to_cache_ = path_cache.generation();
            return;
        }
        // Not the last reference goes here: begin()'s object is a directory that stays for ever.
        current_ = Ref<Body>(*static_cast<Body*>(body_of(*object)));
        rest_ = {};
    }
    void remember() {
        const auto before = std::exchange(walk_to_cache_, 0);
        ke::InterruptLockGuard guard{namespace_lock};
        path_cache.remember(request_.path, header_of(current_.get()), before);
    }

    /// One component down, from a directory.
    Result<void> descend() {
        if (rest_.front() == u'\\') rest_.remove_prefix(1);
        const size_t end = std::min(rest_.find(u'\\'), rest_.size());
        const auto component = rest_.substr(0, end);
        if (component.empty()) return Status::kObjectNameInvalid;
        rest_.remove_prefix(end);
        auto& directory = *reinterpret_cast<Directory*>(current_.get());
        const bool last = rest_.empty();
        if (last && request_.to_insert != nullptr) {
            void* found = RSL_TRY(directory.find_or_add(component, request_.to_insert));
            inserted_ = found == request_.to_insert;
            if (!inserted_) current_ = Ref<Body>::adopt(static_cast<Body*>(found));
            return {};
        }
        void* found = directory.find(component);
        if (found == nullptr)
            return last ? Status::kObjectNameNotFound : Status::kObjectPathNotFound;
        current_ = Ref<Body>::adopt(static_cast<Body*>(found));
        return {};
    }

    bool wants_link_itself() const {
        if (!rest_.empty()) return false;
        return request_.wanted_type == &SymbolicLink::kType ||
               (request_.attributes & OBJ_OPENLINK) != 0;
    }
    bool wants_object_itself() const {
        return rest_.empty() && request_.parse_context == nullptr &&
               request_.wanted_type == header_of(current_.get()).type;
    }

    Result<void> follow_link() {
        const auto target = reinterpret_cast<SymbolicLink*>(current_.get())->target();
        if (rest_.empty()) return follow_whole(target);
        const size_t length = target.size() + rest_.size();
        auto* text =
            static_cast<char16_t*>(mm::allocate((length + 1) * sizeof(char16_t), kPathTag));
        if (text == nullptr) return Status::kInsufficientResources;
        std::memcpy(text, target.data(), target.size() * sizeof(char16_t));
        std::memcpy(text + target.size(), rest_.data(), rest_.size() * sizeof(char16_t));
        return reparse(text, length);
    }

    /// Nothing behind the link: its own text is the path, for as long as it is held.
    Result<void> follow_whole(std::u16string_view target) {
        RSL_TRY(may_reparse());
        auto link = current_;
        RSL_TRY(from_root(target.empty() ? u"\\" : target));
        link_ = std::move(link);
        return {};
    }

    /// What the object's parse routine opened, or nullptr: go on with the new path.
    Result<void*> parse() {
        if (request_.to_insert != nullptr)
            return rest_.empty() ? Status::kObjectTypeMismatch : Status::kObjectPathNotFound;
        ParseRequest request{.wanted_type = request_.wanted_type,
                             .remaining = rest_,
                             .attributes = request_.attributes,
                             .desired_access = request_.desired_access,
                             .mode = request_.mode,
                             .context = request_.parse_context};
        walk_to_cache_ = 0;  // from here on the object has a say
        const Status status{header_of(current_.get()).type->parse(current_.get(), request)};
        if (status.nt() == STATUS_REPARSE) {
            RSL_TRY(reparse(request.reparse, request.reparse_length));
            return nullptr;
        }
        if (status.failed()) return status;
        return request.opened;
    }

    /// Starts again at the root. Takes over `text`.
    Result<void> reparse(char16_t* text, size_t length) {
        // `rest_` and `path_` may lie in the old buffer: it goes only once they point elsewhere.
        const std::u16string_view path{text, length};
        if (const auto may = may_reparse(); !may) {
            mm::free(text);
            return may.failure();
        }
        const auto started = from_root(path.empty() ? u"\\" : path);
        buffer_.adopt(text);
        return started.status();
    }

    Result<void> may_reparse() {
        if ((request_.attributes & OBJ_DONT_REPARSE) != 0)
            return Status{STATUS_REPARSE_POINT_ENCOUNTERED};
        if (++reparses_ > kMaxReparses) return Status::kObjectPathInvalid;
        return {};
    }

    Result<void*> finish() { return checked(current_.release()); }
    Result<void*> checked(void* body) {
        if (request_.wanted_type != nullptr && header_of(body).type != request_.wanted_type) {
            dereference(body);
            return Status::kObjectTypeMismatch;
        }
        return body;
    }

    const WalkRequest& request_;
    PathBuffer buffer_;
    Ref<Body> link_;  // whose text `path_` is, if it is not in the buffer
    Ref<Body> current_;
    std::u16string_view path_;  // whole
    std::u16string_view rest_;  // what is left of it
    PathCache::Generation walk_to_cache_ = 0;  // when it began; 0: the path is not to be remembered
    uint32_t reparses_ = 0;
    bool inserted_ = false;
};

Result<void> make_directory(std::u16string_view path) {
    auto directory = RSL_TRY(make_object<Directory>(0));
    return insert_name(directory.get(), path, OBJ_PERMANENT | OBJ_CASE_INSENSITIVE);
}

}  // namespace

Result<void*> walk(const WalkRequest& request) { return Walker(request).run(); }

Result<void> insert_name(void* body, std::u16string_view path, uint32_t attributes) {
    ObjectHeader& header = header_of(body);
    if ((attributes & OBJ_PERMANENT) != 0)
        header.flags.fetch_or(ObjectHeader::kPermanent, std::memory_order_relaxed);
    auto found = walk(
        {.path = path, .wanted_type = header.type, .attributes = attributes, .to_insert = body});
    if (found && *found == body) return {};
    if (found) dereference(*found);
    header.flags.fetch_and(~ObjectHeader::kPermanent, std::memory_order_relaxed);
    if (found || found.failure() == Status::kObjectTypeMismatch)
        return Status::kObjectNameCollision;
    return found.failure();
}

Result<void*> open_path(std::u16string_view path, const ObjectType* type, uint32_t attributes,
                        uint32_t desired_access, KPROCESSOR_MODE mode, void* parse_context) {
    return walk({.path = path,
                 .wanted_type = type,
                 .attributes = attributes,
                 .desired_access = desired_access,
                 .mode = mode,
                 .parse_context = parse_context});
}
Result<void*> open_relative(void* root, std::u16string_view path, const ObjectType* type,
                            uint32_t attributes, uint32_t desired_access, KPROCESSOR_MODE mode,
                            void* parse_context) {
    return walk({.root = root,
                 .path = path,
                 .wanted_type = type,
                 .attributes = attributes,
                 .desired_access = desired_access,
                 .mode = mode,
                 .parse_context = parse_context});
}

size_t path_of(const void* body, std::span<char16_t> out) {
    const ObjectHeader& header = header_of(body);
    if (header.type->query_name != nullptr) return header.type->query_name(body, out);
    if (body == &root_directory()) {
        if (!out.empty()) out[0] = u'\\';
        return 1;
    }
    ke::InterruptLockGuard guard{namespace_lock};
    size_t length = 0;
    const auto each = [&header](auto&& visit) RSL_NO_LOCK_ANALYSIS {
        for (const NameEntry* entry = header.name; entry != nullptr;
             entry = header_of(entry->directory).name)
            visit(*entry);
    };
    each([&length](const NameEntry& entry) { length += entry.length + 1; });
    size_t end = length;
    each([&end, out](const NameEntry& entry) {
        const auto text = entry.text();
        end -= text.size() + 1;
        if (end < out.size()) out[end] = u'\\';
        for (size_t i = 0; i < text.size() && end + 1 + i < out.size(); ++i)
            out[end + 1 + i] = text[i];
    });
    return length;
}

Result<void> initialize() {
    auto root = RSL_TRY(make_object<Directory>(0));
    header_of(root.get()).flags.fetch_or(ObjectHeader::kPermanent, std::memory_order_relaxed);
    set_root_directory(*root.release());
    static constexpr const char16_t* kDirectories[] = {
        u"\\Device",           u"\\Driver",        u"\\FileSystem", u"\\GLOBAL??",
        u"\\BaseNamedObjects", u"\\KernelObjects", u"\\Callback",   u"\\ObjectTypes",
        u"\\Security",         u"\\RPC Control",   u"\\Sessions",
    };
    for (const char16_t* path : kDirectories) RSL_TRY(make_directory(path));
    // There is one set of drive letters and device names: every session sees the global one.
    static constexpr const char16_t* kLinks[][2] = {
        {u"\\??", u"\\GLOBAL??"},
        {u"\\DosDevices", u"\\??"},
        {u"\\GLOBAL??\\Global", u"\\GLOBAL??"},
        {u"\\GLOBAL??\\GLOBALROOT", u""},
        {u"\\BaseNamedObjects\\Global", u"\\BaseNamedObjects"},
        {u"\\BaseNamedObjects\\Local", u"\\BaseNamedObjects"},
    };
    for (const auto& link : kLinks) RSL_TRY(insert_symbolic_link(link[0], link[1]));
    dos_devices = static_cast<Directory*>(root_directory().find(u"GLOBAL??"));
    for (const ObjectType* type : {&kTypeType, &Directory::kType, &SymbolicLink::kType, &kEventType,
                                   &kSemaphoreType, &kMutantType, &kTimerType})
        register_type(*type);
    return {};
}

}  // namespace rsl::ob
