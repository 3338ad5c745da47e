//go:build screenshots

// make screenshots builds with that tag; there is nothing to test here.

package browser

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// screenshotsEnv names the folder for the pictures of every page; make screenshots
// sets it.
const screenshotsEnv = "GINCHAT_TEST_SCREENSHOTS"

// TestScreenshots takes pictures of every page, as chat-desktop-light.png.
func TestScreenshots(t *testing.T) {
	folder := os.Getenv(screenshotsEnv)
	w := makeWorld(t, english)
	for suffix, options := range map[string][]func(*device){
		"desktop-light": {desk}, "desktop-dark": {desk, dark}, "phone-light": {phone}, "phone-dark": {phone, dark},
	} {
		w.picture(visit(t, w.server, options...), folder, suffix)
	}
	z := makeWorld(t, mandarin)
	z.picture(visit(t, z.server, desk, chinese), folder, "desktop-light-zh")
}

// picture takes one picture of each view.
func (w *world) picture(p *tab, folder, suffix string) {
	p.t.Helper()
	p.problems.forgive(`nothing-here|status of 404`)
	for _, v := range w.views() {
		v.show(p)
		p.fitsAcross()
		picture, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
		p.must(err)
		p.must(os.WriteFile(filepath.Join(folder, v.name+"-"+suffix+".png"), picture, 0o644))
	}
}

var mandarin = cast{
	language: "zh",
	self:     "李娜",
	friends:  []string{"王芳", "陈伟", "张敏", "赵磊", "周静", "吴昊"},
	asking:   "孙悦",
	memo:     "爱看地图，也爱爬山",
	club:     "周日徒步",
	clubMemo: "每周日早上九点，风雨无阻。",
	other:    "榆树街邻居",
	talk: []string{
		"早上好！昨天顺利到家了吗？", "到了，末班车居然准点 🚆", "真难得 😄", "周日的路线我看了一下，走湖边的山脊怎么样？",
		"地图上说要四个小时，五点有船回来。", "四个小时没问题，我带茶和点心。", "那我负责好天气。", "说定了，九点车站见？", "九点见！今晚我告诉大家。", "👍", "回头见！",
	},
	clubTalk: []string{
		"周日天气预报不错 ☀️", "这次要走多久？", "四个小时，最后一段有点陡。", "我可以借两副登山杖。", "太好了，我要一副！", "渡轮开了吗？", "这周末开始，末班五点。", "那就九点车站见，谁要搭车？",
	},
}
