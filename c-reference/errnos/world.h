/*
 * world.h: a network and a /tmp of the program's own, in which it is an ordinary user, whoever started it.
 * Twin: ../../src/errnos/world.rs
 */
#ifndef WORLD_H
#define WORLD_H

#include "names.h"

/* Without a network of its own no row runs: nothing may leave the machine. */
_Noreturn static inline void no_world(const char *call)
{
    int reason = errno;

    fprintf(stderr, "errno_table: no network of its own, so nothing was run: %s: %s: %s\n", call,
            errno_name(reason), strerror(reason));
    exit(1);
}

static inline void world_set(const char *file, const char *text)
{
    int fd = open(file, O_WRONLY);

    if (fd == -1 || write(fd, text, strlen(text)) == -1)
        no_world(file);
    close(fd);
}

/* Whoever it is outside, inside it is user 1. */
static inline void world_map(uid_t uid, gid_t gid)
{
    char line[40];

    world_set("/proc/self/setgroups", "deny");
    snprintf(line, sizeof(line), "1 %u 1", uid);
    world_set("/proc/self/uid_map", line);
    snprintf(line, sizeof(line), "1 %u 1", gid);
    world_set("/proc/self/gid_map", line);
}

/* An empty /tmp that goes with the program, and in it a read-only file system. */
static inline void world_tmp(void)
{
    if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
        no_world("mount /");
    if (mount("tmpfs", "/tmp", "tmpfs", 0, NULL) == -1)
        no_world("mount /tmp");
    if (chdir("/tmp") == -1 || mkdir("read-only", 0755) == -1)
        no_world("mkdir");
    if (mount("tmpfs", "read-only", "tmpfs", MS_RDONLY, NULL) == -1)
        no_world("mount read-only");
}

/* lo is up, 192.0.2.0/24 is unreachable, and there is no route to anywhere else. */
static inline void world_network(void)
{
    struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
    struct rtentry reject = {.rt_flags = RTF_UP | RTF_REJECT};
    struct sockaddr_in sin = {.sin_family = AF_INET};
    int sd = socket(AF_INET, SOCK_DGRAM, 0);

    if (sd == -1)
        no_world("socket");
    if (ioctl(sd, SIOCSIFFLAGS, &lo) == -1)
        no_world("ioctl SIOCSIFFLAGS");
    sin.sin_addr.s_addr = htonl(0xc0000200);
    memcpy(&reject.rt_dst, &sin, sizeof(sin));
    sin.sin_addr.s_addr = htonl(0xffffff00);
    memcpy(&reject.rt_genmask, &sin, sizeof(sin));
    if (ioctl(sd, SIOCADDRT, &reject) == -1)
        no_world("ioctl SIOCADDRT");
    close(sd);
}

/* From here on what is forbidden to an ordinary user is forbidden. */
static inline void world_no_privilege(bool own_user)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};

    if (!own_user && setgroups(0, NULL) == -1)
        no_world("setgroups");
    if (!own_user && setresgid(65534, 65534, 65534) == -1)
        no_world("setresgid");
    if (!own_user && setresuid(65534, 65534, 65534) == -1)
        no_world("setresuid");
    if (syscall(SYS_capset, &header, none) == -1)
        no_world("capset");
}

static inline void enter_world(void)
{
    uid_t uid = geteuid();
    gid_t gid = getegid();
    bool own_user = unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS) == 0;

    /* Where user namespaces are forbidden root needs none. */
    if (!own_user && (uid != 0 || unshare(CLONE_NEWNET | CLONE_NEWNS) == -1))
        no_world("unshare");
    if (own_user)
        world_map(uid, gid);
    world_tmp();
    world_network();
    world_no_privilege(own_user);
}

#endif
