// SPDX-License-Identifier: GPL-2.0-only
// Handles that Wine's programs give to each other (protocol/message/wine.hpp). For each one given,
// rsld has a handle of its own to the file in the VM, so that the driver hears of the last close
// when the last program has closed it, and not before:
//
//     given: of the giver's socket --take--> of the receiver's socket --drop--> closed
//         \-- socket closes: the receiver ended before --\-- the receiver ended --^
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "host/supervisor/control_calls.hpp"
#include "protocol/message/wine.hpp"
#include "transport/link/channel.hpp"

namespace rsl::supervisor {

class Session;
class Supervisor;

namespace wire = protocol::supervisor;

/// The page that every Wine process of a VM reads. A file beside the VM's socket, gone with this.
class WinePageFile {
  public:
    static HostResult<WinePageFile> create(const std::string& path);
    WinePageFile() = default;
    WinePageFile(WinePageFile&& other) noexcept
        : page_(std::exchange(other.page_, nullptr)), path_(std::exchange(other.path_, {})) {}
    WinePageFile& operator=(WinePageFile&& other) noexcept {
        std::swap(page_, other.page_);
        std::swap(path_, other.path_);
        return *this;
    }
    ~WinePageFile();
    /// nullptr before create().
    wire::WinePage* page() const { return page_; }

  private:
    wire::WinePage* page_ = nullptr;
    std::string path_;
};

class Handover {
  public:
    Handover(Supervisor& supervisor, ControlCalls& calls)
        : supervisor_(supervisor), calls_(calls) {}
    void show(WinePageFile page) {
        page_ = std::move(page);
        listen(listeners_);
    }
    /// Gives the page back, without what nobody took; the sessions have been forgotten.
    WinePageFile hide();
    /// What drivers want to be told of: wire::Listens.
    void listen(uint32_t listeners) {
        listeners_ = listeners;
        if (page() != nullptr)
            page()->listeners.store(listeners,
                                    std::memory_order_release);  // pairs with listeners() in libRSL
    }
    wire::WinePage* page() const { return page_.page(); }

    // The messages. Each is answered, at once or when the VM has.
    void table(Session& session, uint32_t sequence, const wire::HandleTable& body, UniqueFd memory);
    void give(Session& session, uint32_t sequence, uint32_t process,
              std::vector<wire::GivenHandle> handles);
    void find(Session& session, uint32_t sequence, const wire::FindHandle& body);
    void take(Session& session, uint32_t sequence, uint32_t process);
    void drop(Session& session, uint32_t sequence, uint32_t vm_handle);
    void closed(Session& session, uint32_t sequence, const wire::HandleClosed& body);
    /// The socket has closed.
    void forget(const Session& session);
    /// How many files are kept open for programs.
    size_t held() const { return held_.size(); }

  private:
    /// A file kept open for a process, or (vm_handle 0) the news that its handle was closed.
    struct Held {
        uint32_t owner;  // the session's id; 0: nobody's
        uint32_t process, handle, vm_handle;
        bool taken;
    };
    struct Table {
        uint32_t process, vm_process;
        transport::Mapping memory;
    };
    /// One kGiveHandles under way.
    struct Giving {
        uint32_t owner, sequence, process;
        size_t unanswered;
        int32_t status = 0;
        std::vector<Held> held;
    };

    void given(const std::shared_ptr<Giving>& giving);
    void close_in_vm(uint32_t vm_handle);
    void count(std::atomic<uint32_t>* places, uint32_t process, int by);
    void count_waiting(uint32_t process, int by);
    void count_tables(uint32_t process, int by);

    Supervisor& supervisor_;
    ControlCalls& calls_;
    WinePageFile page_;
    uint32_t listeners_ = 0;
    std::vector<Held> held_;
    std::unordered_map<uint32_t, Table> tables_;  // by session
};

}  // namespace rsl::supervisor
