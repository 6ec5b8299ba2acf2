// SPDX-License-Identifier: GPL-2.0-only
// Many requests in flight in one thread: submit, poll a descriptor, dispatch callbacks. This is how to
// put RSL into an event loop.
//
//     rsl start && rsl driver load build/samples/echo.sys
//     build/examples/many_at_once
#include <poll.h>
#include <rsl.h>

#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace {

/// One request with the memory that it needs until its callback.
struct Request {
    std::string question;
    char answer[64] = {};
    bool done = false;
    rsl_status status = RSL_STATUS_PENDING;

    static void finished(void* context, uint64_t /*id*/, const rsl_result* result) {
        auto* self = static_cast<Request*>(context);
        self->done = true;
        self->status = result->status;
    }
};

}  // namespace

int main() {
    const std::unique_ptr<rsl_client, decltype(&rsl_disconnect)> vm{rsl_connect(nullptr), &rsl_disconnect};
    if (!vm) {
        std::fprintf(stderr, "many_at_once: %s\n", rsl_last_error());
        return 4;
    }
    rsl_handle device;
    if (const rsl_status status = rsl_open(vm.get(), "\\\\.\\Echo", RSL_READ | RSL_WRITE, &device); status < 0) {
        std::fprintf(stderr, "many_at_once: cannot open \\\\.\\Echo: %s\n", rsl_status_name(status));
        return 2;
    }

    std::vector<std::unique_ptr<Request>> requests;
    for (int i = 0; i < 100; ++i) {
        auto& request = *requests.emplace_back(std::make_unique<Request>());
        request.question = "request " + std::to_string(i);
        rsl_request call{};
        call.size = sizeof(call);
        call.operation = RSL_OP_IOCTL;
        call.handle = device;
        call.code = 0x222000;
        call.in = request.question.data();
        call.in_bytes = request.question.size();
        call.out = request.answer;
        call.out_bytes = sizeof(request.answer);
        if (rsl_submit(vm.get(), &call, &Request::finished, &request, nullptr) < 0) return 4;
    }

    for (size_t done = 0; done < requests.size();) {
        pollfd ready{rsl_poll_fd(vm.get()), POLLIN, 0};
        if (::poll(&ready, 1, 5000) <= 0) return 4;
        const int ran = rsl_dispatch(vm.get(), 0);
        if (ran < 0) {
            std::fprintf(stderr, "many_at_once: %s\n", rsl_disconnect_reason(vm.get()));
            return 4;
        }
        done += static_cast<size_t>(ran);
    }
    for (const auto& request : requests) {
        if (request->status < 0 || request->question != request->answer) return 2;
    }
    std::printf("%zu requests answered; the last said: %s\n", requests.size(), requests.back()->answer);
    rsl_close(vm.get(), device);
    return 0;
}
