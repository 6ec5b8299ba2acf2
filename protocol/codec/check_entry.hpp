// SPDX-License-Identifier: GPL-2.0-only
// One entry into all decoders: the table of which body belongs to which message.
#pragma once

#include "protocol/message/device.hpp"
#include "protocol/message/driver.hpp"
#include "protocol/message/file.hpp"
#include "protocol/message/memory.hpp"
#include "protocol/message/object.hpp"
#include "protocol/message/own_object.hpp"
#include "protocol/message/process.hpp"
#include "protocol/message/registry.hpp"
#include "protocol/message/session.hpp"

namespace rsl::protocol {

/// Calls visit.template operator()<Body>() for the body type of a message; kNotImplemented for an id
/// that this version does not know: that ends the request, not the session.
template <typename Visitor>
auto visit_body(MessageId message, Visitor&& visit) -> decltype(visit.template operator()<Nothing>()) {
    switch (message) {
        case MessageId::kHello: return visit.template operator()<Hello>();
        case MessageId::kGoodbye: return visit.template operator()<Nothing>();
        case MessageId::kPing: return visit.template operator()<Ping>();
        case MessageId::kCancel: return visit.template operator()<Cancel>();
        case MessageId::kClose: return visit.template operator()<Nothing>();
        case MessageId::kDuplicate: return visit.template operator()<Duplicate>();
        case MessageId::kProcessStarted: return visit.template operator()<ProcessStarted>();
        case MessageId::kProcessEnded: return visit.template operator()<ProcessEnded>();
        case MessageId::kThreadChanged: return visit.template operator()<ThreadChanged>();
        case MessageId::kImageLoaded: return visit.template operator()<ImageLoaded>();
        case MessageId::kQueryObject: return visit.template operator()<Information>();
        case MessageId::kWait: return visit.template operator()<Wait>();
        case MessageId::kCreateEvent: return visit.template operator()<CreateEvent>();
        case MessageId::kSignalEvent: return visit.template operator()<SignalEvent>();
        case MessageId::kOpenDirectory: return visit.template operator()<OpenNamed>();
        case MessageId::kQueryDirectory: return visit.template operator()<QueryDirectory>();
        case MessageId::kOpenSymbolicLink: return visit.template operator()<OpenNamed>();
        case MessageId::kQuerySymbolicLink: return visit.template operator()<QuerySymbolicLink>();
        case MessageId::kQuerySystem: return visit.template operator()<Information>();
        case MessageId::kOpen: return visit.template operator()<Open>();
        case MessageId::kRead: return visit.template operator()<Transfer>();
        case MessageId::kWrite: return visit.template operator()<Transfer>();
        case MessageId::kIoControl: return visit.template operator()<Control>();
        case MessageId::kFsControl: return visit.template operator()<Control>();
        case MessageId::kFlush: return visit.template operator()<Nothing>();
        case MessageId::kQueryInformation: return visit.template operator()<Information>();
        case MessageId::kSetInformation: return visit.template operator()<Information>();
        case MessageId::kQueryVolume: return visit.template operator()<Information>();
        case MessageId::kSetVolume: return visit.template operator()<Information>();
        case MessageId::kQueryDirectoryFile: return visit.template operator()<QueryDirectoryFile>();
        case MessageId::kLoadBegin: return visit.template operator()<LoadBegin>();
        case MessageId::kLoadData: return visit.template operator()<LoadData>();
        case MessageId::kLoadCommit: return visit.template operator()<LoadFinish>();
        case MessageId::kLoadAbort: return visit.template operator()<LoadFinish>();
        case MessageId::kUnloadDriver: return visit.template operator()<UnloadDriver>();
        case MessageId::kVerifyDriver: return visit.template operator()<VerifyDriver>();
        case MessageId::kListDrivers: return visit.template operator()<ListDrivers>();
        case MessageId::kInspect: return visit.template operator()<Inspect>();
        case MessageId::kStoreDriver: return visit.template operator()<LoadFinish>();
        case MessageId::kSetRegistryValue: return visit.template operator()<SetRegistryValue>();
        case MessageId::kQueryRegistryValue: return visit.template operator()<QueryRegistryValue>();
        case MessageId::kWatchRegistry: return visit.template operator()<WatchRegistry>();
        case MessageId::kRegistryChanges: return visit.template operator()<RegistryChanges>();
        case MessageId::kDeviceAction: return visit.template operator()<DeviceAction>();
        case MessageId::kLend: return visit.template operator()<Lend>();
        case MessageId::kLendObject: return visit.template operator()<LendObject>();
        case MessageId::kSignalOwnObject: return visit.template operator()<SignalOwnObject>();
    }
    return Status::kNotImplemented;
}

/// Whether an entry is well-formed; the fuzz target's way in.
inline Result<void> check_entry(const RequestEntry& entry, uint64_t arena_bytes) {
    if (entry.message == MessageId::kIoControl) {  // the one that has to be fast: not by visit_body()'s table
        const auto control = decode<Control>(entry, arena_bytes);
        return control ? Result<void>() : Result<void>(control.failure());
    }
    return visit_body(entry.message, [&]<typename Body>() -> Result<void> {
        auto body = decode<Body>(entry, arena_bytes);
        if (!body) return body.failure();
        return {};
    });
}

}  // namespace rsl::protocol
