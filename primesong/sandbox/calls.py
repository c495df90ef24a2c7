"""The system calls that a program may make, with their numbers on each machine.

Each entry is a call's name, its number on x86-64 and its number on the machines that share Linux's generic table
(64-bit ARM, RISC-V, LoongArch); "-" where a machine does not have it. Sources: Linux's asm/unistd_64.h and
asm-generic/unistd.h.
"""

#: What Python and its standard library need: files, waiting, memory, signals and time, itself, start and end.
ALLOWED = """
    read 0 63, write 1 64, open 2 -, openat 257 56, creat 85 -, close 3 57, close_range 436 436, lseek 8 62,
    pread64 17 67, pwrite64 18 68, readv 19 65, writev 20 66, preadv 295 69, pwritev 296 70, preadv2 327 286,
    pwritev2 328 287, stat 4 -, fstat 5 80, lstat 6 -, newfstatat 262 79, statx 332 291, access 21 -,
    faccessat 269 48, faccessat2 439 439, readlink 89 -, readlinkat 267 78, getcwd 79 17, chdir 80 49, fchdir 81 50,
    getdents 78 -, getdents64 217 61, rename 82 -, renameat 264 38, renameat2 316 276, mkdir 83 -, mkdirat 258 34,
    rmdir 84 -, unlink 87 -, unlinkat 263 35, link 86 -, linkat 265 37, symlink 88 -, symlinkat 266 36,
    ftruncate 77 46, fsync 74 82, fdatasync 75 83, fadvise64 221 223, statfs 137 43, fstatfs 138 44, flock 73 32,
    umask 95 166, sendfile 40 71, copy_file_range 326 285, dup 32 23, dup2 33 -, dup3 292 24, fcntl 72 25,
    ioctl 16 29,
    pipe 22 -, pipe2 293 59, select 23 -, pselect6 270 72, poll 7 -, ppoll 271 73, epoll_create 213 -,
    epoll_create1 291 20, epoll_ctl 233 21, epoll_wait 232 -, epoll_pwait 281 22, eventfd 284 -, eventfd2 290 19,
    signalfd 282 -, signalfd4 289 74, timerfd_create 283 85, timerfd_settime 286 86, timerfd_gettime 287 87,
    pause 34 -, restart_syscall 219 128,
    mmap 9 222, mprotect 10 226, munmap 11 215, mremap 25 216, madvise 28 233, msync 26 227, mincore 27 232,
    brk 12 214,
    rt_sigaction 13 134, rt_sigprocmask 14 135, rt_sigreturn 15 139, rt_sigpending 127 136, rt_sigtimedwait 128 137,
    rt_sigsuspend 130 133, sigaltstack 131 132, alarm 37 -, getitimer 36 102, setitimer 38 103,
    nanosleep 35 101, clock_nanosleep 230 115, clock_gettime 228 113, clock_getres 229 114, gettimeofday 96 169,
    time 201 -, times 100 153, getrusage 98 165,
    getpid 39 172, getppid 110 173, gettid 186 178, getpgrp 111 -, getpgid 121 155, getsid 124 156, getuid 102 174,
    geteuid 107 175, getgid 104 176, getegid 108 177, getresuid 118 148, getresgid 120 150, getgroups 115 158,
    getpriority 140 141, getrlimit 97 163, prlimit64 302 261, prctl 157 167, uname 63 160, sysinfo 99 179,
    getcpu 309 168, sched_yield 24 124, sched_getaffinity 204 123, getrandom 318 278,
    execve 59 221, wait4 61 260, waitid 247 95, exit 60 93, exit_group 231 94, arch_prctl 158 -,
    set_tid_address 218 96, set_robust_list 273 99, get_robust_list 274 100, rseq 334 293, futex 202 98
"""

#: What is answered as by a file system that does not have it: space reserved ahead and extended attributes.
ABSENT = """
    fallocate 285 47, setxattr 188 5, lsetxattr 189 6, fsetxattr 190 7, getxattr 191 8, lgetxattr 192 9,
    fgetxattr 193 10, listxattr 194 11, llistxattr 195 12, flistxattr 196 13, removexattr 197 14,
    lremovexattr 198 15, fremovexattr 199 16
"""
