// tellZone lets the server write times in the browser's zone from the next page
// on; it returns whether the server did not know the zone yet.
export default function tellZone() {
  const cookie = `tz=${encodeURIComponent(Intl.DateTimeFormat().resolvedOptions().timeZone)}`
  const isNew = !document.cookie.split("; ").includes(cookie)
  if (isNew) document.cookie = `${cookie}; path=/; max-age=31536000; samesite=lax`
  return isNew
}
