/* SPDX-License-Identifier: GPL-2.0-only */
/* rsl.h: call Windows drivers that run in an RSL virtual machine. Link with -lRSL. C99 and C++.
 *
 *     rsl_client* vm = rsl_connect(NULL);                        the VM named "default"
 *     rsl_handle echo;
 *     rsl_open(vm, "\\\\.\\Echo", RSL_READ | RSL_WRITE, &echo);
 *     rsl_ioctl(vm, echo, 0x222000, "hello", 5, answer, sizeof answer, &bytes);
 *     rsl_close(vm, echo);
 *     rsl_disconnect(vm);
 *
 * Calls return an NTSTATUS (rsl_status): 0 and other values >= 0 are success, negative ones failure.
 * What went wrong on this side of the VM is a status too, and rsl_last_error() says more in words.
 * Every function may be called from any thread at the same time, except rsl_disconnect.
 * When the VM ends, every outstanding call ends with RSL_STATUS_DISCONNECTED within a second.
 * The ABI only grows: structures that may grow begin with their size. */
#ifndef RSL_H
#define RSL_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define RSL_API __attribute__((visibility("default")))
#else
#define RSL_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define RSL_API_VERSION 1

typedef int32_t rsl_status;   /* NTSTATUS */
typedef uint32_t rsl_handle;  /* a HANDLE of this client's process in the VM; 0: none */
typedef struct rsl_client rsl_client;

#define RSL_SUCCEEDED(status) ((rsl_status)(status) >= 0)
#define RSL_STATUS_SUCCESS ((rsl_status)0)
#define RSL_STATUS_TIMEOUT ((rsl_status)0x00000102)
#define RSL_STATUS_PENDING ((rsl_status)0x00000103)
#define RSL_STATUS_INVALID_PARAMETER ((rsl_status)0xC000000Du)
#define RSL_STATUS_NO_MEMORY ((rsl_status)0xC0000017u)
#define RSL_STATUS_BUFFER_TOO_SMALL ((rsl_status)0xC0000023u)
#define RSL_STATUS_TOO_LARGE ((rsl_status)0xC000009Au)    /* does not fit into the shared memory */
#define RSL_STATUS_CANCELLED ((rsl_status)0xC0000120u)
#define RSL_STATUS_DISCONNECTED ((rsl_status)0xC000020Cu) /* the VM or its server has gone */
#define RSL_STATUS_NOT_FOUND ((rsl_status)0xC0000225u)
#define RSL_STATUS_PROTOCOL ((rsl_status)0xC0000702u)     /* the VM answered nonsense */

/* ---- Errors ---------------------------------------------------------------------------------- */

/* Why the last call of this thread that failed on this side did so: a sentence, never NULL. */
RSL_API const char* rsl_last_error(void);
/* "STATUS_NOT_SUPPORTED", or NULL for a number without a name. */
RSL_API const char* rsl_status_name(rsl_status status);
/* RSL_API_VERSION of the library. */
RSL_API uint32_t rsl_version(void);

/* ---- Connections ----------------------------------------------------------------------------- */

typedef struct rsl_connect_options {
    uint32_t size;            /* sizeof(rsl_connect_options) */
    uint32_t flags;           /* RSL_CONNECT_* */
    const char* vm;           /* its name; NULL: $RSL_VM, or "default" */
    const char* socket_path;  /* instead of the name */
    const char* program;      /* what drivers see as the process' image; NULL: our own name */
    uint64_t memory_bytes;    /* of the shared memory, a power of two; 0: the VM's choice */
    /* A Windows program's ids, which drivers then see; 0: it is none. Of structures that are so long. */
    uint32_t windows_process, windows_parent;
    uint64_t peb32; /* of a 32-bit Windows program: its process environment block; 0: it is none. Of structures that are so long. */
} rsl_connect_options;

/* A thread of the library runs callbacks; without it rsl_dispatch() does. */
#define RSL_CONNECT_THREAD 1u
/* Drivers do not see this program's memory. Without it they do, as on Windows, while a request is outstanding: pointers in
 * buffers lead somewhere, and METHOD_NEITHER gives a driver the buffers' own addresses. A driver that is hostile can then
 * do to this program what it likes; with it, METHOD_NEITHER works on copies of the two buffers. */
#define RSL_CONNECT_KEEP_MEMORY 2u

/* NULL on failure: rsl_last_error(). */
RSL_API rsl_client* rsl_connect(const char* vm);
RSL_API rsl_client* rsl_connect_with(const rsl_connect_options* options);

/* A ring that the caller got by other means. Takes the descriptors over, success or not. */
typedef struct rsl_ring_fds {
    uint32_t size;         /* sizeof(rsl_ring_fds) */
    uint32_t flags;        /* RSL_CONNECT_* */
    int memory;            /* the sealed memfd */
    int ring_guest;        /* eventfd: written to wake the VM */
    int wake;              /* eventfd: readable when the VM woke us */
    int alive;             /* readable or hung up once the VM has ended (a pidfd, a socket); -1: none */
    const char* program;   /* as above */
    uint32_t timeout_ms;   /* how long to wait for the VM to greet; 0: 10 seconds */
    uint32_t spin_limit_us; /* longest spin while waiting; 0: the ring's own limit */
} rsl_ring_fds;
RSL_API rsl_client* rsl_adopt(const rsl_ring_fds* fds);

/* Ends the session: the VM cancels what is outstanding and closes every handle. No other call may be
 * running or start. */
RSL_API void rsl_disconnect(rsl_client* client);
/* The id of this client's process in the VM, as drivers see it. */
RSL_API uint32_t rsl_process_id(rsl_client* client);
/* Why the connection has ended: a sentence, or NULL while it is up. Valid until rsl_disconnect. */
RSL_API const char* rsl_disconnect_reason(rsl_client* client);
/* A round trip that does nothing. */
RSL_API rsl_status rsl_ping(rsl_client* client);

/* ---- Requests: every NT call this library can make, as data ----------------------------------- */

typedef enum rsl_operation {
    RSL_OP_OPEN = 1,          /* NtCreateFile: text = path, ea in `in`; handle = root directory */
    RSL_OP_CLOSE,             /* NtClose */
    RSL_OP_DUPLICATE,         /* NtDuplicateObject: access, attributes, options; key = rsl_process_id() of the client
                               * whose handle it is, 0: our own */
    RSL_OP_READ,              /* NtReadFile into `out` */
    RSL_OP_WRITE,             /* NtWriteFile of `in` */
    RSL_OP_IOCTL,             /* NtDeviceIoControlFile: code, in, out */
    RSL_OP_FSCTL,             /* NtFsControlFile: code, in, out */
    RSL_OP_FLUSH,             /* NtFlushBuffersFile */
    RSL_OP_QUERY_INFORMATION, /* NtQueryInformationFile: code = class, out */
    RSL_OP_SET_INFORMATION,   /* NtSetInformationFile: code = class, in */
    RSL_OP_QUERY_VOLUME,      /* NtQueryVolumeInformationFile */
    RSL_OP_SET_VOLUME,        /* NtSetVolumeInformationFile */
    RSL_OP_QUERY_DIRECTORY,   /* NtQueryDirectoryFile: code = class, text = pattern, options 1 single, 2 restart */
    RSL_OP_QUERY_OBJECT,      /* NtQueryObject: code = class, out; its pointers are offsets into `out` */
    RSL_OP_WAIT,              /* NtWaitForSingleObject: timeout_100ns */
    RSL_OP_CREATE_EVENT,      /* NtCreateEvent: access, code = type, options = initial state */
    RSL_OP_SET_EVENT,         /* NtSetEvent */
    RSL_OP_RESET_EVENT,       /* NtResetEvent */
    RSL_OP_OPEN_DIRECTORY,    /* NtOpenDirectoryObject: text */
    RSL_OP_OPEN_LINK,         /* NtOpenSymbolicLinkObject: text */
    RSL_OP_QUERY_LINK,        /* NtQuerySymbolicLinkObject: the target, UTF-16, into `out` */
    RSL_OP_PING,
    RSL_OP_QUERY_SYSTEM       /* NtQuerySystemInformation: code = class, out; information = bytes needed. The lists of modules only */
} rsl_operation;

#define RSL_HAS_OFFSET 1u  /* offset counts */
#define RSL_HAS_KEY 2u     /* key counts */
#define RSL_HAS_TIMEOUT 4u /* timeout_100ns counts; else for ever */
#define RSL_TELL_PENDING 8u /* the callback also hears that a driver keeps the request (RSL_STATUS_PENDING) */
#define RSL_COPY_OUT_IN 16u /* `out` holds input too, whatever the code's method says */
/* rsl_submit() only: the outcome wakes nobody; its callback runs when rsl_dispatch() runs for another reason. */
#define RSL_NO_BELL 32u

typedef struct rsl_request {
    uint32_t size;       /* sizeof(rsl_request) */
    uint32_t operation;  /* rsl_operation */
    uint32_t flags;      /* RSL_HAS_* ... */
    rsl_handle handle;
    uint32_t code;       /* control code or information class */
    uint32_t access;
    uint32_t attributes;      /* OBJ_*; opens add OBJ_CASE_INSENSITIVE when 0 */
    uint32_t file_attributes;
    uint32_t share_access;
    uint32_t disposition;     /* FILE_OPEN ... */
    uint32_t options;
    uint32_t key;
    int64_t offset;
    int64_t timeout_100ns;    /* negative: from now on */
    uint64_t allocation_bytes;
    const uint16_t* text;     /* UTF-16, text_bytes long */
    uint64_t text_bytes;
    const void* in;
    uint64_t in_bytes;
    void* out;
    uint64_t out_bytes;
} rsl_request;

typedef struct rsl_result {
    rsl_status status;
    rsl_handle handle;      /* of opens, duplicates, created events */
    uint64_t information;   /* IO_STATUS_BLOCK.Information */
    uint64_t value;         /* by operation: the previous state of an event */
} rsl_result;

/* Does it and waits. The status is the result's; `result` may be NULL. */
RSL_API rsl_status rsl_call(rsl_client* client, const rsl_request* request, rsl_result* result);

/* Starts it. The callback runs once, with the outcome, in rsl_dispatch() or in the library's thread;
 * with RSL_TELL_PENDING perhaps once before with RSL_STATUS_PENDING. `out` and `in` stay the
 * caller's and have to live until then; `in` and text are copied unless they are rsl_alloc() memory or, `in`, the code
 * is one of METHOD_NEITHER.
 * `id` (may be NULL) is for rsl_cancel. Failure: nothing was started, no callback comes.
 * Two requests may get to their driver in another order than they were submitted in: where that matters,
 * rsl_call_or_pend. */
typedef void (*rsl_callback)(void* context, uint64_t id, const rsl_result* result);
RSL_API rsl_status rsl_submit(rsl_client* client, const rsl_request* request, rsl_callback callback,
                              void* context, uint64_t* id);

/* Does it and waits until it is done, or until the driver keeps it: then it returns RSL_STATUS_PENDING, and the
 * callback runs once, later, as with rsl_submit. So the driver has it before the next one. As cheap as rsl_call for what is
 * done at once. */
RSL_API rsl_status rsl_call_or_pend(rsl_client* client, const rsl_request* request, rsl_result* result,
                                    rsl_callback callback, void* context, uint64_t* id);

/* A descriptor that poll() finds readable when rsl_dispatch() has something to do. */
RSL_API int rsl_poll_fd(rsl_client* client);
/* Runs the callbacks of what is done; waits for the first at most timeout_ms (-1: for ever). How
 * many ran; -1 when the connection has ended and none is left. */
RSL_API int rsl_dispatch(rsl_client* client, int timeout_ms);

/* Cancels one request; its callback still comes. RSL_STATUS_NOT_FOUND: it is done already. */
RSL_API rsl_status rsl_cancel(rsl_client* client, uint64_t id);
/* Cancels every request on a handle; every request. */
RSL_API rsl_status rsl_cancel_handle(rsl_client* client, rsl_handle handle);
RSL_API rsl_status rsl_cancel_all(rsl_client* client);

/* ---- Shared memory: buffers in it are not copied at all ---------------------------------------- */

RSL_API void* rsl_alloc(rsl_client* client, size_t bytes);
RSL_API void rsl_free(rsl_client* client, void* memory);
/* The largest block that a request can use; longer ones are RSL_STATUS_TOO_LARGE. */
RSL_API size_t rsl_arena_bytes(rsl_client* client);

/* ---- The common calls, in short ----------------------------------------------------------------- */

#define RSL_READ 0x80000000u  /* GENERIC_READ */
#define RSL_WRITE 0x40000000u /* GENERIC_WRITE */

/* Opens a device or file. `path` is UTF-8: "\\\\.\\Echo", "\\Device\\Echo", "C:\\file" or plain
 * "Echo". Requests on the handle can overlap. */
RSL_API rsl_status rsl_open(rsl_client* client, const char* path, uint32_t access, rsl_handle* handle);
RSL_API rsl_status rsl_close(rsl_client* client, rsl_handle handle);
RSL_API rsl_status rsl_duplicate(rsl_client* client, rsl_handle handle, rsl_handle* copy);
/* `bytes` (may be NULL) gets Information. Reads and writes larger than the arena go in pieces. */
#define RSL_NO_OFFSET ((int64_t)-1) /* for devices that know no positions */
RSL_API rsl_status rsl_read(rsl_client* client, rsl_handle handle, int64_t offset, void* buffer,
                            size_t buffer_bytes, size_t* bytes);
RSL_API rsl_status rsl_write(rsl_client* client, rsl_handle handle, int64_t offset, const void* data,
                             size_t data_bytes, size_t* bytes);
RSL_API rsl_status rsl_ioctl(rsl_client* client, rsl_handle handle, uint32_t code, const void* in,
                             size_t in_bytes, void* out, size_t out_bytes, size_t* bytes);
RSL_API rsl_status rsl_fsctl(rsl_client* client, rsl_handle handle, uint32_t code, const void* in,
                             size_t in_bytes, void* out, size_t out_bytes, size_t* bytes);
RSL_API rsl_status rsl_flush(rsl_client* client, rsl_handle handle);
RSL_API rsl_status rsl_query_information(rsl_client* client, rsl_handle handle, uint32_t info_class,
                                         void* out, size_t out_bytes, size_t* bytes);
RSL_API rsl_status rsl_set_information(rsl_client* client, rsl_handle handle, uint32_t info_class,
                                       const void* in, size_t in_bytes);
RSL_API rsl_status rsl_query_volume(rsl_client* client, rsl_handle handle, uint32_t info_class,
                                    void* out, size_t out_bytes, size_t* bytes);
RSL_API rsl_status rsl_set_volume(rsl_client* client, rsl_handle handle, uint32_t info_class,
                                  const void* in, size_t in_bytes);
/* timeout_ms -1: for ever. RSL_STATUS_TIMEOUT is a success code. */
RSL_API rsl_status rsl_wait(rsl_client* client, rsl_handle handle, int timeout_ms);
/* kind 0: notification event (manual reset), 1: synchronization event. */
RSL_API rsl_status rsl_create_event(rsl_client* client, int kind, int signalled, rsl_handle* handle);
RSL_API rsl_status rsl_set_event(rsl_client* client, rsl_handle handle);
RSL_API rsl_status rsl_reset_event(rsl_client* client, rsl_handle handle);

/* ---- The object namespace ------------------------------------------------------------------------ */

/* Called for each object of a directory, UTF-8. Nonzero ends the listing. */
typedef int (*rsl_directory_callback)(void* context, const char* name, const char* type);
RSL_API rsl_status rsl_list_directory(rsl_client* client, const char* path,
                                      rsl_directory_callback callback, void* context);
/* The target of a symbolic link, UTF-8, NUL-terminated. */
RSL_API rsl_status rsl_read_link(rsl_client* client, const char* path, char* target, size_t target_bytes);

/* ---- Drivers ------------------------------------------------------------------------------------- */

typedef struct rsl_driver_report {
    rsl_status status;        /* of the load or unload */
    rsl_status entry_status;  /* what DriverEntry returned */
    uint64_t image_base, image_bytes;
    uint64_t entry_ns;        /* how long DriverEntry took */
    uint32_t missing_imports;
    char text[1028];          /* what is wrong or was left behind, for people; may be empty */
} rsl_driver_report;

/* `service` is the driver's name ("echo"), UTF-8; `report` may be NULL. */
RSL_API rsl_status rsl_load_driver(rsl_client* client, const char* service, const void* image,
                                   size_t image_bytes, rsl_driver_report* report);
/* Reads the file first; `service` NULL: the file's name without ".sys". */
RSL_API rsl_status rsl_load_driver_file(rsl_client* client, const char* service, const char* path,
                                        rsl_driver_report* report);
RSL_API rsl_status rsl_unload_driver(rsl_client* client, const char* service, rsl_driver_report* report);
/* Keeps an image for the device that will want it, instead of starting it. */
RSL_API rsl_status rsl_store_driver(rsl_client* client, const char* service, const void* image, size_t image_bytes);
/* What Driver Verifier looks for in a driver from its next load on; "*": in every driver without a setting of its
 * own. Flags as Windows' verifier.exe takes them, 0: nothing. seed and rate (of 10,000) are the low-resource
 * simulation's (flag 0x4). */
RSL_API rsl_status rsl_verify_driver(rsl_client* client, const char* service, uint32_t flags, uint32_t seed,
                                     uint32_t rate);
RSL_API rsl_status rsl_list_drivers(rsl_client* client, rsl_directory_callback callback, void* context);

/* ---- Devices and the registry: what an installer does --------------------------------------------- */

#define RSL_REGISTRY_KEEP_EXISTING 1u /* a value that is there stays */
#define RSL_REGISTRY_KEY_ONLY 2u      /* makes the key, sets no value */
#define RSL_REGISTRY_DELETE_VALUE 4u
#define RSL_REGISTRY_FLUSH 16u /* all that the key's hive holds is on disk when this returns, not a second later */
/* `key` and `name` are UTF-8; "\\Registry\\Machine\\..."; the data of strings is UTF-16 with its NUL. */
RSL_API rsl_status rsl_set_registry_value(rsl_client* client, const char* key, const char* name, uint32_t type,
                                          const void* data, size_t data_bytes, uint32_t flags);

typedef enum rsl_device_operation {
    RSL_DEVICE_SCAN = 1, /* asks every bus again and tries what waits for a driver; `device` NULL */
    RSL_DEVICE_ADD,      /* a root-enumerated device with the hardware id `device` */
    RSL_DEVICE_REMOVE,   /* `device` is an instance path from here on */
    RSL_DEVICE_DISABLE,
    RSL_DEVICE_ENABLE,
    RSL_DEVICE_RESTART
} rsl_device_operation;
/* Waits until it is done. `path` (may be NULL) gets the instance path of an added device, UTF-8. */
RSL_API rsl_status rsl_device_action(rsl_client* client, rsl_device_operation operation, const char* device,
                                     char* path, size_t path_bytes);

/* ---- State and log ------------------------------------------------------------------------------- */

/* JSON of the kernel's state below `path` ("" lists what there is), NUL-terminated. `needed` (may be
 * NULL) gets its length without the NUL; RSL_STATUS_BUFFER_TOO_SMALL when it did not fit. */
RSL_API rsl_status rsl_inspect(rsl_client* client, const char* path, char* buffer, size_t buffer_bytes,
                               size_t* needed);

typedef struct rsl_log_line {
    uint64_t time_ns;   /* since the VM's boot */
    uint32_t level;     /* 0 debug .. 4 error; RSL_LOG_EVENT_LEVEL: an event */
    uint32_t lost;      /* lines lost before this one */
    const char* source; /* "kernel" or a driver's name */
    const char* text;   /* the line; of an event a JSON object */
} rsl_log_line;
#define RSL_LOG_EVENT_LEVEL 5u

/* What kernel and drivers print. A subscription has a connection of its own; read it with one thread. */
typedef struct rsl_log rsl_log;
#define RSL_LOG_FOLLOW 1u     /* wait for new lines, too */
#define RSL_LOG_FROM_START 2u /* kept lines first */
#define RSL_LOG_EVENTS 4u     /* trace events and error log entries instead of lines */
RSL_API rsl_log* rsl_log_open(const rsl_connect_options* options, uint32_t flags);
/* The same from a control ring that the caller adopted. */
RSL_API rsl_log* rsl_log_of(rsl_client* control_client);
/* 1: a line, valid until the next call; 0: none within timeout_ms (-1: for ever); -1: the end. */
RSL_API int rsl_log_next(rsl_log* log, int timeout_ms, rsl_log_line* line);
RSL_API void rsl_log_close(rsl_log* log);

#ifdef __cplusplus
}
#endif

#endif
