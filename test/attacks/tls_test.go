package attacks

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"ginchat/test/harness"
	"ginchat/test/services"

	"github.com/gorilla/websocket"
)

// secureWorld starts a server that speaks https with a certificate of its own.
func secureWorld(t *testing.T) *world {
	t.Helper()
	dir, port := t.TempDir(), strconv.Itoa(services.FreePort(t))
	cert, key := certificate(t, dir)
	cmd := exec.Command(harness.Binary(t), "--config=", "--server.protocol=https", "--server.ip=127.0.0.1", "--server.port="+port, "--server.tls_cert="+cert, "--server.tls_key="+key,
		"--server.attach_path="+filepath.Join(dir, "data"), "--server.log_stdout=true", "--limits.login_tries=0")
	program, err := services.StartProgram(dir, cmd)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(program.Kill9)
	w := at("https://127.0.0.1:" + port)
	pool := x509.NewCertPool()
	pem, err := os.ReadFile(cert)
	if err != nil || !pool.AppendCertsFromPEM(pem) {
		t.Fatalf("read the certificate: %v", err)
	}
	w.client.Transport.(*http.Transport).TLSClientConfig = &tls.Config{RootCAs: pool}
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		answer, err := w.client.Get(w.base + "/readyz")
		if err == nil {
			answer.Body.Close()
			return w
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

// certificate writes a self-signed certificate for 127.0.0.1.
func certificate(t *testing.T, dir string) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	public, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for name, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: public}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// TestHTTPS looks at what changes under https: versions, cookies, headers and
// origins (S7, S12, S40).
func TestHTTPS(t *testing.T) {
	t.Parallel()
	w := secureWorld(t)
	p := w.person(t)
	host := strings.TrimPrefix(w.base, "https://")
	t.Run("versions", func(t *testing.T) {
		for version, welcome := range map[uint16]bool{tls.VersionTLS10: false, tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
			cfg := w.client.Transport.(*http.Transport).TLSClientConfig.Clone()
			cfg.MinVersion, cfg.MaxVersion = version, version
			conn, err := tls.Dial("tcp", host, cfg)
			if (err == nil) != welcome {
				t.Errorf("%s: %v", tls.VersionName(version), err)
			}
			if err == nil {
				conn.Close()
			}
		}
		if answer, err := http.Get("http://" + host + "/ping"); err == nil {
			answer.Body.Close()
			if answer.StatusCode != http.StatusBadRequest {
				t.Errorf("plain http got %d", answer.StatusCode)
			}
		}
	})
	t.Run("headers", func(t *testing.T) {
		for _, path := range []string{"/", "/ping", "/user/login.shtml", "/nowhere", "/user/logins", "/chat"} {
			a := w.stranger().visit(t, path)
			checkHeaders(t, path, a.Header)
			if age := a.Header.Get("Strict-Transport-Security"); !strings.HasPrefix(age, "max-age=31536000") {
				t.Errorf("%s: Strict-Transport-Security %q", path, age)
			}
		}
	})
	t.Run("cookie", func(t *testing.T) {
		checkCookie(t, p, "__Host-ginchat", true)
		r := w.request(t, "GET", "/chat/conversations", "")
		r.Header.Set("Cookie", "ginchat="+p.Token) // what a page without TLS could have set
		w.do(t, p, r).refused(t, http.StatusUnauthorized, "unauthenticated")
	})
	t.Run("origins", func(t *testing.T) {
		dialer := websocket.Dialer{TLSClientConfig: w.client.Transport.(*http.Transport).TLSClientConfig}
		for origin, status := range map[string]int{"https://" + host: 101, "http://" + host: 403, "https://evil.example": 403, "null": 403, "": 403} {
			header := http.Header{"Cookie": {"__Host-ginchat=" + p.Token}}
			if origin != "" {
				header.Set("Origin", origin)
			}
			conn, response, err := dialer.Dial("wss://"+host+"/chat", header)
			if response == nil {
				t.Fatal(err)
			}
			if response.StatusCode != status {
				t.Errorf("origin %q: status %d, want %d", origin, response.StatusCode, status)
			}
			if err == nil {
				conn.Close()
			}
		}
	})
}

// TestCookieOverHTTP looks at the cookie's flags where there is no TLS (S12).
func TestCookieOverHTTP(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	checkCookie(t, w.person(t), "ginchat", false)
}

// checkCookie signs p in by the form and by the API, and out again.
func checkCookie(t *testing.T, p *person, name string, secure bool) {
	t.Helper()
	one := func(a answer) *http.Cookie {
		t.Helper()
		if len(a.cookies) != 1 {
			t.Fatalf("%s set %d cookies", a.what, len(a.cookies))
		}
		c := a.cookies[0]
		if c.Name != name || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.Secure != secure {
			t.Errorf("%s set %s with %+v", a.what, c.Name, *c)
		}
		return c
	}
	for _, path := range []string{"/user/login", "/user/login.shtml"} {
		in := one(p.w.stranger().post(t, path, "mobile", p.Mobile, "passwd", p.Passwd).want(t, http.StatusOK, http.StatusSeeOther))
		if in.Value == "" || in.MaxAge <= 0 {
			t.Errorf("%s set a cookie for %d s", path, in.MaxAge)
		}
		r := p.w.request(t, "POST", "/user/logout", "")
		r.Header.Set("Cookie", name+"="+in.Value)
		if out := one(p.w.do(t, p, r).want(t, http.StatusOK)); out.Value != "" || out.MaxAge >= 0 {
			t.Errorf("signing out left the cookie %+v", *out)
		}
		r = p.w.request(t, "GET", "/user/logins", "")
		r.Header.Set("Cookie", name+"="+in.Value)
		p.w.do(t, p, r).refused(t, http.StatusUnauthorized, "unauthenticated")
	}
}
