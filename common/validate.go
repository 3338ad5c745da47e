package common

import (
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// hostName is a DNS name or what passes for one in container networks.
var hostName = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9_.-]{0,252})$`)

// knownPasswords are those that examples and images come with.
var knownPasswords = []string{"", "123456", "12345678", "root", "password", "mysql", "changeme"}

// check is one rule: it holds, or key wants something else.
type check struct {
	ok   bool
	key  string
	want string
}

// Validate returns the first rule that c breaks, as an *Error.
func (c Config) Validate() error {
	rules := slices.Concat(c.Server.rules(), c.RPC.rules(), c.MySQL.rules(), c.Redis.rules(),
		c.Storage.rules(), c.Limits.rules(), c.Log.rules(), c.nodeRules())
	for _, rule := range rules {
		if !rule.ok {
			return &Error{Key: rule.key, Want: rule.want}
		}
	}
	return nil
}

// nodeRules keep several nodes from sharing what only one may use, and from
// standing open to whoever reaches them.
func (c Config) nodeRules() []check {
	if !c.Several() {
		return nil
	}
	return []check{
		{c.MySQL.IP != "", "mysql.ip", "several nodes need a database they share: set mysql.ip"},
		{c.RPC.Secret != "" || c.RPC.MutualTLS(), "rpc.secret",
			"several nodes need rpc.secret, the same on each, or rpc.tls_cert, rpc.tls_key and rpc.tls_ca"},
		{isReachable(c.AdvertisedAddr()), "rpc.advertise", "several nodes need an address by which the others reach this one: set rpc.advertise" + but(c.AdvertisedAddr())},
		{!slices.Contains(knownPasswords, c.MySQL.Pwd), "mysql.pwd", "several nodes need a password that is neither empty nor a known default"},
	}
}

func (s Server) rules() []check {
	rules := []check{
		{s.Protocol == "http" || s.Protocol == "https", "server.protocol", "wants http or https" + but(s.Protocol)},
		{isHost(s.IP), "server.ip", "wants the address to listen on, 0.0.0.0 for all" + but(s.IP)},
		portRule("server.port", s.Port, 0),
		{s.Domain == "" || isHost(s.Domain), "server.domain", "wants a host name without scheme or port" + but(s.Domain)},
		{s.Domain != "" || !s.EnforceDomain, "server.domain", "must be set for server.enforce_domain"},
		{(s.TLSCert == "") == (s.TLSKey == ""), "server.tls_cert", "wants server.tls_key beside it, or neither"},
		{s.TLSCert == "" || s.Secure(), "server.tls_cert", "wants server.protocol https"},
		{isHostPort(s.Admin), "server.admin", "wants host:port, 127.0.0.1:0 for off" + but(s.Admin)},
		{s.LogPath != "" || s.LogStdout, "server.log_path", "wants a folder, or server.log_stdout true"},
		{s.AttachPath != "", "server.attach_path", "wants a folder"},
		rangeRule("server.heart_beat", int64(s.HeartBeat), 86_400),
		rangeRule("server.drain", int64(s.Drain), 3600),
	}
	for _, proxy := range s.TrustedProxies {
		rules = append(rules, check{isNetwork(proxy), "server.trusted_proxies", "wants addresses like 10.0.0.1 or 10.0.0.0/8" + but(proxy)})
	}
	for _, node := range s.Nodes {
		rules = append(rules, check{isHost(node) || isHostPort(node), "server.nodes", "wants ip or ip:port" + but(node)})
	}
	return rules
}

func (r RPC) rules() []check {
	some := r.TLSCert != "" || r.TLSKey != "" || r.TLSCA != ""
	rules := []check{
		{r.IP == "" || isHost(r.IP), "rpc.ip", "wants the address to listen on" + but(r.IP)},
		portRule("rpc.port", r.Port, 0),
		{r.Advertise == "" || isHostPort(r.Advertise), "rpc.advertise", "wants the host:port other nodes dial" + but(r.Advertise)},
		{!some || r.MutualTLS(), "rpc.tls_cert", "wants rpc.tls_key and rpc.tls_ca beside it, or none of the three"},
	}
	for from, to := range r.Dial {
		rules = append(rules, check{isHostPort(from) && isHostPort(to), "rpc.dial", "wants host:port to host:port" + but(from+"="+to)})
	}
	return rules
}

func (m MySQL) rules() []check {
	return []check{
		{m.IP == "" || isHost(m.IP), "mysql.ip", "wants an address, or nothing for the embedded database" + but(m.IP)},
		portRule("mysql.port", m.Port, 1),
		{m.User != "" || m.IP == "", "mysql.user", "wants a user name"},
		{m.DBName != "" || m.IP == "", "mysql.db_name", "wants the name of a database"},
		rangeRule("mysql.max_open_conns", int64(m.MaxOpenConns), 100_000),
	}
}

func (r Redis) rules() []check {
	rules := []check{
		{r.IP == "" || isHost(r.IP), "redis.ip", "wants an address, or nothing for no Redis" + but(r.IP)},
		portRule("redis.port", r.Port, 1),
		rangeRule("redis.db", int64(r.DB), 1<<20),
		{r.MasterName == "" || len(r.Addrs) > 0, "redis.master_name", "wants the Sentinels' addresses in redis.addrs"},
	}
	for _, addr := range r.Addrs {
		rules = append(rules, check{isHostPort(addr), "redis.addrs", "wants host:port" + but(addr)})
	}
	return rules
}

func (s Storage) rules() []check {
	return []check{
		{s.Endpoint == "" || isHost(s.Endpoint) || isHostPort(s.Endpoint), "storage.endpoint", "wants host or host:port without a scheme" + but(s.Endpoint)},
		{s.Endpoint == "" || s.Bucket != "", "storage.bucket", "wants the name of a bucket"},
	}
}

func (l Limits) rules() []check {
	var rules []check
	for _, one := range settingsOf(&Config{Limits: l}) {
		if strings.HasPrefix(one.key, "limits.") {
			rules = append(rules, rangeRule(one.key, one.field.Int(), 1<<50))
		}
	}
	return rules
}

func (l Log) rules() []check {
	levels := []string{"debug", "info", "warn", "error"}
	return []check{{slices.Contains(levels, l.Level), "log.level", "wants " + strings.Join(levels, ", ") + but(l.Level)}}
}

func portRule(key string, port, least int) check {
	return check{port >= least && port <= 65535, key, fmt.Sprintf("wants a port from %d to 65535, not %d", least, port)}
}

func rangeRule(key string, n, most int64) check {
	return check{n >= 0 && n <= most, key, fmt.Sprintf("wants a number from 0 (off) to %d, not %d", most, n)}
}

func but(text string) string { return ", not " + quote(text) }

func isHost(text string) bool {
	_, err := netip.ParseAddr(text)
	return err == nil || hostName.MatchString(text)
}

func isHostPort(text string) bool {
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		return false
	}
	n, err := strconv.Atoi(port)
	return err == nil && n >= 0 && n <= 65535 && isHost(host)
}

// isReachable reports whether others can dial the address: no port 0, and not all
// addresses of a machine.
func isReachable(address string) bool {
	host, port, err := net.SplitHostPort(address)
	ip, notIP := netip.ParseAddr(host)
	return err == nil && port != "0" && (notIP != nil || !ip.IsUnspecified())
}

func isNetwork(text string) bool {
	_, errNet := netip.ParsePrefix(text)
	_, errAddr := netip.ParseAddr(text)
	return errNet == nil || errAddr == nil
}
