// Package common holds GinChat's configuration: what can be set, by which key,
// and how flags, environment, file and defaults come together.
package common

import (
	"net"
	"strconv"
	"time"
)

// Config is everything that can be set. The tag `key` is the name within its
// section; `secret` marks values that no message may show.
type Config struct {
	Server  Server  `key:"server"`
	RPC     RPC     `key:"rpc"`
	MySQL   MySQL   `key:"mysql"`
	Redis   Redis   `key:"redis"`
	Storage Storage `key:"storage"`
	Limits  Limits  `key:"limits"`
	Push    Push    `key:"push"`
	Log     Log     `key:"log"`
}

// Seconds is a span of time; 0 switches off what it bounds.
type Seconds int

// Duration returns s as a time.Duration.
func (s Seconds) Duration() time.Duration { return time.Duration(s) * time.Second }

// Server is this process towards browsers.
type Server struct {
	// Protocol is how browsers reach it: http or https. https without TLSCert
	// means that a load balancer in front ends TLS.
	Protocol string `key:"protocol"`
	IP       string `key:"ip"`
	Port     int    `key:"port"` // 0 lets the system choose
	// EnforceDomain refuses requests for any host but Domain.
	EnforceDomain bool   `key:"enforce_domain"`
	Domain        string `key:"domain"`
	TLSCert       string `key:"tls_cert"`
	TLSKey        string `key:"tls_key"`
	// TrustedProxies are the addresses or networks whose X-Forwarded-For is believed.
	TrustedProxies []string `key:"trusted_proxies"`
	// Admin is host:port of /metrics and /debug/pprof; port 0 is off.
	Admin      string `key:"admin"`
	LogPath    string `key:"log_path"`
	LogStdout  bool   `key:"log_stdout"`
	AttachPath string `key:"attach_path"`
	Debug      bool   `key:"debug"` // logs every request, as log.level debug does
	// HeartBeat is how long a socket may be silent before it is dropped.
	HeartBeat Seconds `key:"heart_beat"`
	// Drain is how long SIGTERM leaves open sockets to move elsewhere.
	Drain Seconds `key:"drain"`
	// Nodes are ip or ip:port of every node, known also when Redis is away.
	Nodes []string `key:"nodes"`
}

// Addr returns the listen address.
func (s Server) Addr() string { return net.JoinHostPort(s.IP, strconv.Itoa(s.Port)) }

// Secure reports whether browsers come over https, here or at a load balancer.
func (s Server) Secure() bool { return s.Protocol == "https" }

// RPC is this process towards the other nodes.
type RPC struct {
	IP        string            `key:"ip"` // "" is server.ip
	Port      int               `key:"port"`
	Advertise string            `key:"advertise"` // "" is ip:port; also the node's name
	Secret    string            `key:"secret,secret"`
	TLSCert   string            `key:"tls_cert"`
	TLSKey    string            `key:"tls_key"`
	TLSCA     string            `key:"tls_ca"`
	Dial      map[string]string `key:"dial"` // advertised address → address to dial
}

// MutualTLS reports whether nodes prove themselves by certificates.
func (r RPC) MutualTLS() bool { return r.TLSCert != "" && r.TLSKey != "" && r.TLSCA != "" }

// MySQL is the database; without IP it is the embedded one.
type MySQL struct {
	IP           string `key:"ip"`
	Port         int    `key:"port"`
	User         string `key:"user"`
	Pwd          string `key:"pwd,secret"`
	DBName       string `key:"db_name"`
	ShowSQL      bool   `key:"show_sql"` // logs statements without their values
	MaxOpenConns int    `key:"max_open_conns"`
}

// Addr returns host:port of the database.
func (m MySQL) Addr() string { return net.JoinHostPort(m.IP, strconv.Itoa(m.Port)) }

// Redis is what nodes share fleeting things through; without IP and Addrs
// there is none.
type Redis struct {
	IP         string   `key:"ip"`
	Port       int      `key:"port"`
	Pwd        string   `key:"pwd,secret"`
	DB         int      `key:"db"`
	Addrs      []string `key:"addrs"`       // several: Cluster, or Sentinel with MasterName
	MasterName string   `key:"master_name"` // Sentinel's
}

// Configured reports whether there is a Redis.
func (r Redis) Configured() bool { return r.IP != "" || len(r.Addrs) > 0 }

// Storage is where files live; without Endpoint under server.attach_path.
type Storage struct {
	Endpoint  string `key:"endpoint"`
	Bucket    string `key:"bucket"`
	AccessKey string `key:"access_key"`
	SecretKey string `key:"secret_key,secret"`
	Region    string `key:"region"`
	UseSSL    bool   `key:"use_ssl"`
	PathStyle bool   `key:"path_style"`
}

// Push is Web Push; keys are made and kept in the database when left out.
type Push struct {
	Subject    string `key:"subject"`
	PublicKey  string `key:"public_key"`
	PrivateKey string `key:"private_key,secret"`
}

// Log is how much is logged.
type Log struct {
	Level string `key:"level"` // debug, info, warn or error
}

// Several reports whether this process is one of several nodes.
func (c Config) Several() bool {
	return len(c.Server.Nodes) > 1 || c.Redis.Configured() && (c.RPC.Secret != "" || c.RPC.MutualTLS())
}
