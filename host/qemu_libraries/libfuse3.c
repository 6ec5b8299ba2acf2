// SPDX-License-Identifier: GPL-2.0-only
// QEMU exports disk images as files by FUSE.
#include "never_called.h"

NEVER_CALLED(fuse_reply_attr)
NEVER_CALLED(fuse_reply_buf)
NEVER_CALLED(fuse_reply_err)
NEVER_CALLED(fuse_reply_lseek)
NEVER_CALLED(fuse_reply_open)
NEVER_CALLED(fuse_reply_write)
NEVER_CALLED(fuse_req_userdata)
NEVER_CALLED(fuse_session_destroy)
NEVER_CALLED(fuse_session_exit)
NEVER_CALLED(fuse_session_fd)
NEVER_CALLED(fuse_session_mount)
NEVER_CALLED(fuse_session_new)
NEVER_CALLED(fuse_session_process_buf)
NEVER_CALLED(fuse_session_receive_buf)
NEVER_CALLED(fuse_session_unmount)
