// SPDX-License-Identifier: GPL-2.0-only
// Windows programs' processes, of which the supervisor tells.
#include "server/driver/own_text.hpp"
#include "server/driver/real_nt.hpp"

namespace rsl::server {
namespace {

HANDLE id_of(uint32_t id) { return reinterpret_cast<HANDLE>(uintptr_t{id}); }

}  // namespace

bool RealNt::is_supervisor() const { return channel_.kind() == transport::ChannelKind::kControl; }

Outcome RealNt::process_started(const protocol::ProcessStarted& body) {
    if (!is_supervisor()) return {STATUS_ACCESS_DENIED};
    const OwnText image(kernel(body.image), body.image.bytes),
        command_line(kernel(body.command_line), body.command_line.bytes);
    if (!image || !command_line) return {STATUS_INSUFFICIENT_RESOURCES};
    const RSL_CLIENT_PROCESS wanted{
        .ProcessId = body.process,
        .ParentProcessId = body.parent,
        .Creator = {id_of(body.creator_process), id_of(body.creator_thread)},
        .ClientPid = 0,
        .Image = image.nt(),
        .CommandLine = command_line.nt(),
        .Told = TRUE};
    PEPROCESS process = nullptr;
    const NTSTATUS status = RslCreateProcess(&wanted, &process);
    if (status < 0) return {status};
    ObDereferenceObject(process);  // found by its id until process_ended()
    if (body.thread != 0) RslNotifyThread(id_of(body.process), id_of(body.thread), TRUE);
    return {STATUS_SUCCESS};
}

Outcome RealNt::process_ended(const protocol::ProcessEnded& body) {
    if (!is_supervisor()) return {STATUS_ACCESS_DENIED};
    PEPROCESS process = nullptr;
    const NTSTATUS status = PsLookupProcessByProcessId(id_of(body.process), &process);
    if (status < 0) return {status};
    RslTerminateClientProcess(process, body.exit_status);
    ObDereferenceObject(process);
    return {STATUS_SUCCESS};
}

Outcome RealNt::thread_changed(const protocol::ThreadChanged& body) {
    if (!is_supervisor()) return {STATUS_ACCESS_DENIED};
    RslNotifyThread(id_of(body.process), id_of(body.thread), body.created != 0);
    return {STATUS_SUCCESS};
}

Outcome RealNt::image_loaded(const protocol::ImageLoaded& body) {
    if (!is_supervisor()) return {STATUS_ACCESS_DENIED};
    const OwnText path(kernel(body.path), body.path.bytes);
    if (!path) return {STATUS_INSUFFICIENT_RESOURCES};
    const UNICODE_STRING text = path.nt();
    RslNotifyImage(id_of(body.process), &text, reinterpret_cast<PVOID>(body.base), body.bytes);
    return {STATUS_SUCCESS};
}

}  // namespace rsl::server
