;;; countersign.el --- An agent whose every write you approve  -*- lexical-binding: t -*-

;; Author: The Countersign authors
;; Version: 0.1.0
;; Package-Requires: ((emacs "28.1"))
;; Keywords: tools, languages
;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; Countersign explains, refactors, tests and fixes code.  What it makes is a
;; proposal, shown as a diff; a buffer changes only after you have approved it,
;; and nothing is ever saved for you.
;;
;; This is a connection of its own to the server, beside whatever eglot or
;; lsp-mode run in the buffer: one process for a project, told of its buffers
;; by hooks, asked asynchronously.  In the init file:
;;
;;   (add-to-list 'load-path "/path/to/countersign/editors/emacs")
;;   (require 'countersign)
;;   (global-countersign-mode)
;;   (define-key countersign-mode-map (kbd "C-c n") countersign-command-map)
;;
;; Then C-c n r refactors the defun or the region, and the menu has the rest.
;; The proposal opens as a diff beside the code: there, C-c C-a applies the
;; hunk at point and C-c C-k discards it.
;;
;; What is offered, proposed and allowed to leave is decided in the server.

;;; Code:

(require 'cl-lib)
(require 'countersign-server)
(require 'diff-mode)
(require 'easymenu)
(require 'subr-x)

;;; Asking

(defun countersign--request (connection method params done)
  "Send METHOD with PARAMS to CONNECTION; DONE gets the answer."
  (countersign--tell-all connection)
  (jsonrpc-async-request connection method params
                         :timeout nil
                         :success-fn done
                         :error-fn (lambda (problem) (countersign--say "%s" (plist-get problem :message)))))

(defun countersign--execute (command argument &optional done)
  "Have this buffer's server execute COMMAND with ARGUMENT.
DONE gets the answer."
  (let ((connection (countersign--connect (countersign--project-root))))
    (unless (bound-and-true-p countersign-mode)
      (countersign-mode 1))
    (countersign--when-ready
     connection
     (lambda ()
       (if (not (member command (countersign--commands connection)))
           (countersign--say "the server (version %s) knows no %s: it is of another age than this package.  Update the older of both"
                             (countersign--version connection) command)
         (countersign--request connection :workspace/executeCommand
                               (list :command command :arguments (vector argument))
                               (or done #'ignore)))))))

(defun countersign--protocol-position (position)
  "POSITION of this buffer as the protocol counts."
  (save-excursion
    (save-restriction
      (widen)
      (goto-char position)
      (list :line (1- (line-number-at-pos)) :character (- position (line-beginning-position))))))

(defun countersign--place ()
  "The region or point, as the server's commands take it."
  (let ((begin (if (use-region-p) (region-beginning) (point)))
        (end (if (use-region-p) (region-end) (point))))
    (list :uri (countersign--uri (or buffer-file-name (countersign--project-root)))
          :range (list :start (countersign--protocol-position begin) :end (countersign--protocol-position end)))))

(defun countersign--start-run (command &optional instruction)
  "Have COMMAND work on the region or point, with INSTRUCTION in words."
  (countersign--project-root)
  (countersign--execute command (append (countersign--place)
                                        (and instruction (not (string-empty-p instruction)) (list :instruction instruction)))))

(defun countersign--offered (use)
  "Call USE with what the server has to offer at point.
That is a list of (TITLE COMMAND ARGUMENT)."
  (let* ((place (countersign--place)) (connection (countersign--connect (countersign--project-root))))
    (countersign--when-ready
     connection
     (lambda ()
       (countersign--request
        connection :textDocument/codeAction
        (list :textDocument (list :uri (plist-get place :uri)) :range (plist-get place :range) :context '(:diagnostics []))
        (lambda (answer)
          (funcall use (mapcar (lambda (entry)
                                 (let ((command (if (stringp (plist-get entry :command)) entry (plist-get entry :command))))
                                   (list (plist-get entry :title) (plist-get command :command)
                                         (seq-first (plist-get command :arguments)))))
                               answer))))))))

(defmacro countersign--in-buffer (&rest body)
  "A function with the argument `answer' and BODY, for the buffer of now."
  (declare (indent 0))
  `(let ((buffer (current-buffer)))
     (lambda (answer)
       (when (buffer-live-p buffer)
         (with-current-buffer buffer ,@body)))))

(defun countersign--with-proposal (number use)
  "Call USE with the proposal that is meant.
That is NUMBER, this document's, the one that touches this file, or the
last one."
  (let ((here (and buffer-file-name (string-match countersign--document-pattern buffer-file-name) (match-string 1 buffer-file-name))))
    (if (or number here)
        (funcall use (or number here))
      (countersign--offered
       (countersign--in-buffer
         (let ((known (cl-loop for (title command argument) in answer
                               when (equal command "countersign.review")
                               collect (cons title (plist-get argument :proposal)))))
           (cond ((null known)
                  (if countersign--last-proposal
                      (funcall use countersign--last-proposal)
                    (countersign--say "no proposal touches this file; M-x countersign-status lists what waits")))
                 ((null (cdr known)) (funcall use (cdar known)))
                 (t (funcall use (cdr (assoc (completing-read "Which proposal? " known nil t) known)))))))))))

(defun countersign--read-number (argument)
  "The prefix ARGUMENT as a proposal's number, or nil."
  (and argument (number-to-string (prefix-numeric-value argument))))

(defun countersign--changes-of (number)
  "In this buffer, how many places are marked as to be changed by NUMBER."
  (save-restriction
    (widen)
    (cl-count-if (lambda (overlay)
                   (and (overlay-get overlay 'countersign)
                        (string-prefix-p (format "#%s " number) (overlay-get overlay 'help-echo))))
                 (overlays-in (point-min) (point-max)))))

(defun countersign--find-offer (list command number)
  "What in LIST is COMMAND on proposal NUMBER."
  (cl-find-if (lambda (entry)
                (and (equal (nth 1 entry) command) (equal (plist-get (nth 2 entry) :proposal) number)))
              list))

(defun countersign--decide-here (command extent number)
  "Send COMMAND on proposal NUMBER for EXTENT in this file, and for nothing else.
Whatever was decided meanwhile: a file goes by its name and a change by its
id, and the server refuses what is not pending.  What can be applied here
can be discarded as well, so the offers to apply say what there is; a
file's only change is not among them, and is meant wherever point is."
  (countersign--offered
   (countersign--in-buffer
     (let ((change (countersign--find-offer answer "countersign.applyHunk" number))
           (known (countersign--changes-of number))
           (by-change (equal extent "hunk")))
       (cond ((not (countersign--find-offer answer "countersign.apply" number))
              (countersign--say "#%s changes nothing here; M-x countersign-review shows what it changes" number))
             ((and by-change change)
              (countersign--execute command (nth 2 change)))
             ((and by-change (zerop known))
              (countersign--say "point is on no change of #%s here; M-x countersign-review shows what it changes" number))
             ((and by-change (> known 1))
              (countersign--say "point is on none of the %d changes of #%s here; they are underlined" known number))
             (t
              (countersign--execute (if (equal command "countersign.applyHunk") "countersign.applyFile" command)
                                    (list :proposal number
                                          :files (vector (file-relative-name buffer-file-name (countersign--project-root)))))))))))

(defun countersign--decide (command extent number)
  "Send COMMAND on proposal NUMBER for EXTENT at point: \"all\", \"file\" or \"hunk\"."
  (let ((on-document (and buffer-file-name (string-match-p countersign--document-pattern buffer-file-name))))
    (countersign--with-proposal
     number
     (countersign--in-buffer
       (cond (on-document
              (countersign--execute command (list :proposal answer :document buffer-file-name :extent extent
                                                  :line (plist-get (countersign--protocol-position (point)) :line))))
             ((equal extent "all") (countersign--execute command (list :proposal answer)))
             (t (countersign--decide-here command extent answer)))))))

;;; Commands

;;;###autoload
(defun countersign-explain ()
  "Explain the code at point or in the region."
  (interactive)
  (countersign--start-run "countersign.explain"))

;;;###autoload
(defun countersign-refactor (&optional instruction)
  "Refactor the code at point or in the region.
With a prefix argument, ask for an INSTRUCTION in words."
  (interactive (list (and current-prefix-arg (read-string "Refactor how? "))))
  (countersign--start-run "countersign.refactor" instruction))

;;;###autoload
(defun countersign-add-tests (&optional instruction)
  "Write test cases for the code at point.
With a prefix argument, ask for an INSTRUCTION in words."
  (interactive (list (and current-prefix-arg (read-string "Which tests? "))))
  (countersign--start-run "countersign.addTests" instruction))

;;;###autoload
(defun countersign-fix ()
  "Fix the problem at point, as some server or checker reported it."
  (interactive)
  (countersign--start-run "countersign.fix"))

;;;###autoload
(defun countersign-ask (instruction)
  "Ask for INSTRUCTION, in your own words, at point or in the region."
  (interactive "sAsk Countersign to: ")
  (countersign--start-run "countersign.ask" instruction))

(defun countersign-actions ()
  "Choose among everything that can be done at point."
  (interactive)
  (countersign--offered
   (countersign--in-buffer
     (let ((entry (assoc (completing-read "Countersign: " answer nil t) answer)))
       (when entry
         (countersign--execute (nth 1 entry) (nth 2 entry)))))))

(defun countersign-review (&optional number)
  "Show the diff of the proposal that touches this file.
NUMBER, the prefix argument, names another."
  (interactive (list (countersign--read-number current-prefix-arg)))
  (countersign--with-proposal
   number (countersign--in-buffer (countersign--execute "countersign.review" (list :proposal answer)))))

(defun countersign-apply (&optional number)
  "Apply all of a proposal.
It is this diff's, the one that touches this file, or NUMBER, the prefix
argument."
  (interactive (list (countersign--read-number current-prefix-arg)))
  (countersign--decide "countersign.apply" "all" number))

(defun countersign-apply-file ()
  "Apply a proposal to this file alone, in a diff to the file at point."
  (interactive)
  (countersign--decide "countersign.applyFile" "file" nil))

(defun countersign-apply-hunk ()
  "Apply the proposed change at point, in a diff or in the source."
  (interactive)
  (countersign--decide "countersign.applyHunk" "hunk" nil))

(defun countersign-discard (&optional number)
  "Discard a proposal.
It is this diff's, the one that touches this file, or NUMBER, the prefix
argument."
  (interactive (list (countersign--read-number current-prefix-arg)))
  (countersign--with-proposal
   number (countersign--in-buffer (countersign--execute "countersign.discard" (list :proposal answer)))))

(defun countersign-discard-file ()
  "Discard a proposal for this file alone, in a diff for the file at point."
  (interactive)
  (countersign--decide "countersign.discard" "file" nil))

(defun countersign-discard-hunk ()
  "Discard the proposed change at point, in a diff or in the source."
  (interactive)
  (countersign--decide "countersign.discard" "hunk" nil))

(defun countersign-undo (&optional number)
  "Propose to take back what was approved last.
NUMBER, the prefix argument, names a proposal, all of which is meant then."
  (interactive (list (countersign--read-number current-prefix-arg)))
  (countersign--execute "countersign.undo" (if number (list :proposal number) (make-hash-table))))

(defun countersign-status ()
  "Show the work, the proposals that wait, and why an action is missing here."
  (interactive)
  (countersign--execute "countersign.status" (countersign--place)))

(defun countersign-cancel ()
  "Stop all work of the server."
  (interactive)
  (countersign--execute "countersign.cancel" '(:run "")
                        (lambda (answer)
                          (when (equal 0 (plist-get answer :stopped))
                            (countersign--say "nothing is at work")))))

(defun countersign-restart ()
  "Start the server of this project anew."
  (interactive)
  (let* ((root (countersign--project-root)) (connection (gethash root countersign--connections)))
    (remhash root countersign--restarts)
    (when connection
      (setf (countersign--ending connection) t)
      (remhash root countersign--connections)
      (jsonrpc-shutdown connection))
    (countersign--connect root)))

;;; Modes

(defvar countersign-command-map
  (let ((map (make-sparse-keymap)))
    (pcase-dolist (`(,key . ,command)
                   '(("e" . countersign-explain) ("r" . countersign-refactor) ("t" . countersign-add-tests) ("f" . countersign-fix)
                     ("i" . countersign-ask) ("n" . countersign-actions) ("v" . countersign-review) ("a" . countersign-apply)
                     ("h" . countersign-apply-hunk) ("d" . countersign-discard) ("u" . countersign-undo) ("s" . countersign-status)
                     ("c" . countersign-cancel)))
      (define-key map key command))
    map)
  "Countersign's commands, to be bound to a prefix key.")
(fset 'countersign-command-map countersign-command-map)

(defvar countersign-mode-map (make-sparse-keymap)
  "Keymap of `countersign-mode'; binds nothing by itself.")

(easy-menu-define countersign-menu countersign-mode-map
  "Menu of `countersign-mode'."
  '("Countersign"
    ["Explain" countersign-explain] ["Refactor" countersign-refactor] ["Add Tests" countersign-add-tests]
    ["Fix" countersign-fix] ["Ask..." countersign-ask] ["All That Is Offered Here..." countersign-actions]
    "--"
    ["Review" countersign-review] ["Apply" countersign-apply] ["Apply Here" countersign-apply-hunk]
    ["Discard" countersign-discard] ["Undo" countersign-undo]
    "--"
    ["Status" countersign-status] ["Cancel What Runs" countersign-cancel] ["Restart the Server" countersign-restart]))

;;;###autoload
(define-minor-mode countersign-mode
  "An agent whose every write you approve, in this buffer.
Tells the project's server of the buffer, beside whatever else does."
  :lighter (:eval (countersign--lighter))
  (cond (countersign-mode
         (add-hook 'after-change-functions #'countersign--after-change nil t)
         (add-hook 'kill-buffer-hook #'countersign--tell-closed nil t)
         (add-hook 'change-major-mode-hook #'countersign--tell-closed nil t)
         (add-hook 'after-set-visited-file-name-hook #'countersign--renamed nil t)
         (add-hook 'before-revert-hook #'countersign--tell-changed nil t)
         (let ((connection (countersign--connect (countersign--project-root))))
           (countersign--when-ready connection
                                    (funcall (lambda (buffer)
                                               (lambda ()
                                                 (when (buffer-live-p buffer)
                                                   (with-current-buffer buffer
                                                     (when countersign-mode (countersign--tell-opened connection))))))
                                             (current-buffer)))))
        (t
         (remove-hook 'after-change-functions #'countersign--after-change t)
         (remove-hook 'kill-buffer-hook #'countersign--tell-closed t)
         (remove-hook 'change-major-mode-hook #'countersign--tell-closed t)
         (remove-hook 'after-set-visited-file-name-hook #'countersign--renamed t)
         (remove-hook 'before-revert-hook #'countersign--tell-changed t)
         (countersign--tell-closed))))

(defun countersign--renamed ()
  "Tell the server that this buffer visits another file now.
That may be one of another project."
  (countersign-mode -1)
  (when buffer-file-name
    (countersign-mode 1)))

(defvar countersign--told-missing nil
  "Whether the person was told that the program is missing.")

(defun countersign--turn-on ()
  "Turn on `countersign-mode' in local program files and review documents."
  (when (and buffer-file-name
             (not (file-remote-p buffer-file-name))
             (or (derived-mode-p 'prog-mode) (countersign--document-workspace)))
    (condition-case problem
        (countersign-mode 1)
      (user-error
       (setq countersign-mode nil)
       (unless countersign--told-missing
         (setq countersign--told-missing t)
         (message "%s" (error-message-string problem)))))))

;;;###autoload
(define-globalized-minor-mode global-countersign-mode countersign-mode countersign--turn-on
  :group 'countersign)

(defun countersign--only-when-read-only (command)
  "A menu item that is COMMAND in a read-only buffer and nothing elsewhere."
  `(menu-item "" ,command :filter ,(lambda (it) (and buffer-read-only it))))

(defvar countersign-review-mode-map
  (let ((map (make-sparse-keymap)))
    (pcase-dolist (`(,keys ,letter ,command)
                   '(("C-c C-a" "a" countersign-apply-hunk) ("C-c C-k" "k" countersign-discard-hunk)
                     ("C-c C-f" "f" countersign-apply-file) ("C-c C-x" "x" countersign-discard-file)
                     ("C-c C-c" "A" countersign-apply) ("C-c C-d" "D" countersign-discard)))
      (define-key map (kbd keys) command)
      (define-key map (kbd letter) (countersign--only-when-read-only command)))
    (define-key map (kbd "n") (countersign--only-when-read-only #'diff-hunk-next))
    (define-key map (kbd "p") (countersign--only-when-read-only #'diff-hunk-prev))
    map)
  "Keymap of `countersign-review-mode'.")

(define-minor-mode countersign-review-mode
  "Decide on a proposal from its diff.
The buffer is read-only at first, so that single letters decide:
`a' applies the hunk at point and `k' discards it, `f' and
`x' do so with the file, `A' and `D' with everything.  After
\\[read-only-mode] the diff may be edited, and its text is applied.
\\{countersign-review-mode-map}"
  :lighter " Review"
  ;; In a read-only diff, `diff-mode' binds letters in front of every minor mode: k kills the hunk, A would run patch.
  (setq minor-mode-overriding-map-alist (assq-delete-all 'countersign-review-mode minor-mode-overriding-map-alist))
  (when countersign-review-mode
    (push (cons 'countersign-review-mode countersign-review-mode-map) minor-mode-overriding-map-alist)
    (setq buffer-read-only t)
    (setq-local header-line-format
                (substitute-command-keys
                 "Nothing is written yet.  a/k take/refuse hunk, f/x file, A/D all; n/p move; \\[read-only-mode] to edit the diff first"))
    (unless (bound-and-true-p countersign-mode)
      (countersign-mode 1))))

(provide 'countersign)
;;; countersign.el ends here
