// SPDX-License-Identifier: GPL-2.0-only
// Wine's processes, of which drivers' notify routines are told (protocol/message/wine.hpp). The
// socket that said that a process has started stands for it: when it closes, the process has ended.
#pragma once

#include <set>
#include <string>
#include <unordered_map>

#include "host/supervisor/control_calls.hpp"
#include "protocol/message/wine.hpp"

namespace rsl::supervisor {

class Session;
class Supervisor;

namespace wire = protocol::supervisor;

class Announcements {
  public:
    Announcements(Supervisor& supervisor, ControlCalls& calls)
        : supervisor_(supervisor), calls_(calls) {}

    // The messages; each is answered when the VM has, that is, when the drivers' routines have
    // returned.
    void started(Session& session, uint32_t sequence, const wire::ProcessStarted& body,
                 std::string_view text);
    void thread(Session& session, uint32_t sequence, const wire::ThreadChanged& body);
    void image(Session& session, uint32_t sequence, const wire::ImageLoaded& body,
               std::string_view path);
    /// The socket has closed.
    void forget(const Session& session);

  private:
    struct Process {
        uint32_t owner;  // the session's id
        std::set<uint32_t> threads;
    };
    ControlCalls::Answer answer(const Session& session, uint32_t sequence);
    void ended(uint32_t process);

    Supervisor& supervisor_;
    ControlCalls& calls_;
    std::unordered_map<uint32_t, Process> processes_;  // by their Windows ids
};

}  // namespace rsl::supervisor
