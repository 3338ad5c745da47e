package browser

import (
	"testing"

	"ginchat/model"
	"ginchat/test/harness"
)

// Whose browser asks for Chinese gets Chinese, and the switch changes it for good.
func TestChinese(t *testing.T) {
	t.Parallel()
	server := harness.Start(t)
	stranger := server.NewClient()
	self := stranger.Register("13800000008", harness.Passwd, "王芳")
	page := visit(t, server, chinese)
	page.goTo("/user/login.shtml")
	page.says("h1", "登录")
	page.press("English")
	page.says("h1", "Sign in")
	page.press("中文")
	page.says("h1", "登录")
	page.press("English")
	page.says("h1", "Sign in")
	page.press("中文")
	page.says("h1", "登录")
	page.signIn("13800000008", harness.Passwd)
	page.says("#chat-list-title", "消息")
	equals(page, "language of the page", "zh-CN", `document.documentElement.lang`)
	page.goTo(pageOf(model.Address{Kind: model.KindPrivate, DstID: self.ID}))
	page.isAccessible("notes")
	page.goTo("/contact/index.shtml")
	page.isAccessible("contacts")

	page.goTo("/user/settings.shtml")
	page.until("the choice", `document.querySelector("#preferences-lang").value = "en"`)
	page.click("#preferences button.button--primary")
	page.says(".notice", "Saved.")
	page.goTo("/chat/index.shtml")
	page.says("#chat-list-title", "Chats")
}
