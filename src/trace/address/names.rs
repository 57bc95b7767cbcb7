//! The constants that stand in socket addresses, and their names.

/// Makes a function from numbers to names for each list of constants.
macro_rules! names {
    ($($(#[$doc:meta])* $function:ident: $($name:ident)+;)+) => {$(
        $(#[$doc])*
        pub(super) fn $function(number: i64) -> Option<&'static str> {
            const TABLE: &[(i64, &str)] = &[$((libc::$name as i64, stringify!($name))),+];
            TABLE.iter().find(|(constant, _)| *constant == number).map(|(_, name)| *name)
        }
    )+};
}

names! {
    /// Address families.
    family: AF_INET AF_INET6 AF_UNIX AF_UNSPEC AF_NETLINK AF_PACKET AF_VSOCK AF_BLUETOOTH AF_CAN
        AF_XDP AF_ALG AF_AX25 AF_IPX AF_APPLETALK AF_NETROM AF_BRIDGE AF_ATMPVC AF_X25 AF_ROSE
        AF_DECnet AF_NETBEUI AF_SECURITY AF_KEY AF_ASH AF_ECONET AF_ATMSVC AF_RDS AF_SNA AF_IRDA
        AF_PPPOX AF_WANPIPE AF_LLC AF_IB AF_MPLS AF_TIPC AF_IUCV AF_RXRPC AF_ISDN AF_PHONET
        AF_IEEE802154 AF_CAIF AF_NFC;
    /// What an Ethernet frame carries.
    ether_type: ETH_P_ALL ETH_P_IP ETH_P_IPV6 ETH_P_ARP ETH_P_RARP ETH_P_LOOP ETH_P_8021Q
        ETH_P_8021AD ETH_P_PPP_DISC ETH_P_PPP_SES ETH_P_MPLS_UC ETH_P_MPLS_MC ETH_P_PAE ETH_P_LLDP
        ETH_P_MACSEC ETH_P_1588 ETH_P_TIPC ETH_P_IPX ETH_P_AARP ETH_P_ATALK ETH_P_PUP ETH_P_X25
        ETH_P_AOE ETH_P_FCOE ETH_P_BATMAN ETH_P_LOOPBACK ETH_P_802_3 ETH_P_AX25 ETH_P_802_2
        ETH_P_SNAP ETH_P_PAUSE ETH_P_SLOW ETH_P_TEB ETH_P_PRP;
    /// For whom a packet is.
    packet_type: PACKET_HOST PACKET_BROADCAST PACKET_MULTICAST PACKET_OTHERHOST PACKET_OUTGOING
        PACKET_LOOPBACK PACKET_USER PACKET_KERNEL;
    /// Kinds of network devices.
    hardware: ARPHRD_ETHER ARPHRD_LOOPBACK ARPHRD_INFINIBAND ARPHRD_PPP ARPHRD_TUNNEL ARPHRD_TUNNEL6
        ARPHRD_SIT ARPHRD_IPGRE ARPHRD_IEEE80211 ARPHRD_IEEE80211_RADIOTAP ARPHRD_IEEE802154
        ARPHRD_CAN ARPHRD_NONE;
    /// Machines of `AF_VSOCK`.
    machine: VMADDR_CID_ANY VMADDR_CID_HYPERVISOR VMADDR_CID_LOCAL VMADDR_CID_HOST;
}
