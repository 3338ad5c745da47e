package router

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"ginchat/client"
	"ginchat/common"
	"ginchat/service"

	"go.uber.org/zap"
)

// authority makes certificates for nodes.
type authority struct {
	t    *testing.T
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t, dir: t.TempDir()}
	a.key = newKey(t)
	a.cert = a.sign("ca", &x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}, nil, a.key)
	return a
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// sign makes a certificate and writes it and its key to files.
func (a *authority) sign(name string, template, parent *x509.Certificate, key *ecdsa.PrivateKey) *x509.Certificate {
	a.t.Helper()
	template.SerialNumber, template.Subject = big.NewInt(time.Now().UnixNano()), pkix.Name{CommonName: name}
	template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	if parent == nil {
		parent = template
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		a.t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{name + ".pem": {Type: "CERTIFICATE", Bytes: der}, name + ".key": {Type: "PRIVATE KEY", Bytes: raw}} {
		if err := os.WriteFile(filepath.Join(a.dir, file), pem.EncodeToMemory(block), 0o600); err != nil {
			a.t.Fatal(err)
		}
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return cert
}

// node returns the settings of a node with a certificate of its own.
func (a *authority) node(name string) common.RPC {
	a.t.Helper()
	a.sign(name, &x509.Certificate{IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}}, a.cert, newKey(a.t))
	return common.RPC{TLSCert: filepath.Join(a.dir, name+".pem"), TLSKey: filepath.Join(a.dir, name+".key"), TLSCA: filepath.Join(a.dir, "ca.pem")}
}

// With mutual TLS nodes need no secret, and one whose certificate another
// authority has made gets nowhere.
func TestNodesWithCertificates(t *testing.T) {
	ours, theirs := newAuthority(t), newAuthority(t)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	name := ln.Addr().String()
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	got := make(inbox, 10)
	stop, err := StartRPC(name, ours.node("answerer"), service.NewChat(got, ""), zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	for _, tt := range []struct {
		what string
		as   common.RPC
		want bool
	}{{"our authority", ours.node("caller"), true}, {"another authority", theirs.node("caller"), false}, {"no certificate", common.RPC{}, false}} {
		transport, err := NodeCredentials(tt.as)
		if err != nil {
			t.Fatal(err)
		}
		peers := client.New(client.Config{Transport: transport}, zap.NewNop())
		peers.Connect([]string{name})
		deadline := time.Now().Add(time.Second)
		if tt.want {
			deadline = time.Now().Add(10 * time.Second)
		}
		for !peers.Connected()[name] && time.Now().Before(deadline) {
			time.Sleep(5 * time.Millisecond)
		}
		if connected := peers.Connected()[name]; connected != tt.want {
			t.Errorf("%s: connected %v, want %v", tt.what, connected, tt.want)
		}
		peers.Close()
	}
}
