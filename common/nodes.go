package common

import (
	"net"
	"strconv"
)

// ListenAddr returns where the other nodes reach this process.
func (c Config) ListenAddr() string {
	return net.JoinHostPort(c.rpcIP(), strconv.Itoa(c.RPC.Port))
}

// AdvertisedAddr returns the address other nodes dial, which is also this
// node's name.
func (c Config) AdvertisedAddr() string {
	if c.RPC.Advertise != "" {
		return c.RPC.Advertise
	}
	return c.ListenAddr()
}

func (c Config) rpcIP() string {
	if c.RPC.IP != "" {
		return c.RPC.IP
	}
	return c.Server.IP
}

// Peers returns the name of each other node in server.nodes.
func (c Config) Peers() []string {
	var peers []string
	for _, node := range c.Server.Nodes {
		if _, _, err := net.SplitHostPort(node); err != nil {
			node = net.JoinHostPort(node, strconv.Itoa(c.RPC.Port))
		}
		if node == c.AdvertisedAddr() {
			continue
		}
		peers = append(peers, node)
	}
	return peers
}
